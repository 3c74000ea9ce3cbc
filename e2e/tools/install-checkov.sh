#!/usr/bin/env bash
# Obtains checkov, which `npm run test:scan` runs, and prints the path of its folder of programs. Kept as install.sh keeps its tools.
set -euo pipefail

. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"
. "$TOOLS_DIR/python.sh"

need flock "install util-linux"
need sha256sum "install coreutils"

checkov_build() {
  venv_build "$1" "$2" -c "$TOOLS_DIR/checkov-constraints.txt" -r "$TOOLS_DIR/checkov-requirements.txt" &&
    "$1/bin/python" -m pip check
}

need_python
checkov="$(cached "checkov-$({ python3 --version; cat "$TOOLS_DIR"/checkov-*.txt; } | key)" checkov_build)"
echo "$checkov/bin"
