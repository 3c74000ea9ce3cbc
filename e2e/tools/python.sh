# Sourced by install.sh and by install-checkov.sh. An environment of Python's packages.

# venv_build WORK FINAL PIP_ARGUMENT...: the console scripts name the folder that they were installed into, so they are told the final one.
venv_build() {
  local out="$1" final="$2"
  shift 2
  python3 -m venv "$out" &&
    retry "$out/bin/python" -m pip install -q --disable-pip-version-check "$@" &&
    grep -lIrF "$out" "$out/bin" | xargs sed -i "s#$out#$final#g"
}

need_python() { need python3 "install Python 3.11 or later with venv (Debian: python3-venv)"; }
