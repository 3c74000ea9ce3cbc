# Sourced by install.sh. What the demo applications need, outside the repository: the root install stays free of it.

APPS_DIR="$TOOLS_DIR/../apps"

node_app_build() {
  cp "$APPS_DIR/node/package.json" "$APPS_DIR/node/package-lock.json" "$1/" &&
    (cd "$1" && retry npm ci --omit=dev --ignore-scripts --no-audit --no-fund)
}

install_node_app() {
  need npm "install Node 20.19 or later"
  cached "node-app-$(cat "$APPS_DIR/node/package-lock.json" | key)" node_app_build
}

python_build() {
  venv_build "$1" "$2" -c "$TOOLS_DIR/python-constraints.txt" -r "$APPS_DIR/python/requirements.txt" -r "$TOOLS_DIR/python-requirements.txt"
}

install_python() {
  need_python
  cached "python-$({ python3 --version; cat "$TOOLS_DIR"/python-*.txt "$APPS_DIR/python/requirements.txt"; } | key)" python_build
}
