#!/usr/bin/env bash
# Checks the workflows in .github with actionlint, which is built from its Go module and kept with the other tools.
set -euo pipefail

. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"

ACTIONLINT_VERSION=v1.7.12

actionlint_build() {
  local out="$1"
  GOBIN="$out" CGO_ENABLED=0 GOFLAGS=-trimpath \
    retry nice -n 10 go install "github.com/rhysd/actionlint/cmd/actionlint@$ACTIONLINT_VERSION" &&
    "$out/actionlint" -version
}

need go "install Go 1.25 or later (https://go.dev/dl)"
actionlint="$(cached "actionlint-$(echo "$ACTIONLINT_VERSION" | key)" actionlint_build)/actionlint"
cd "$TOOLS_DIR/../.."
"$actionlint" -shellcheck= -pyflakes=
workflows=(.github/workflows/*.yml)
echo "actionlint $ACTIONLINT_VERSION: ${#workflows[@]} workflows, nothing to say"
