#!/usr/bin/env bash
# Obtains every program that `npm run test:e2e` runs: the collector, Prometheus, promtool, amtool, nginx, Loki, Jaeger, OpenSearch, and what the demo applications need.
# They are kept under ${XDG_CACHE_HOME:-~/.cache}/tenantscope by the hash of what they are made from; a second run takes
# under a second. Progress goes to stderr; stdout has one `name=path` line per tool, in the order below.
# A tool that cannot be had is an error, never a skip.
set -euo pipefail

. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"
. "$TOOLS_DIR/collector.sh"
. "$TOOLS_DIR/prometheus.sh"
. "$TOOLS_DIR/amtool.sh"
. "$TOOLS_DIR/python.sh"
. "$TOOLS_DIR/apps.sh"
. "$TOOLS_DIR/nginx.sh"
. "$TOOLS_DIR/loki.sh"
. "$TOOLS_DIR/jaeger.sh"
. "$TOOLS_DIR/opensearch.sh"

need flock "install util-linux"
need setpriv "install util-linux (the tests start every program with it)"
need sha256sum "install coreutils"

# The quick ones first: a mistake there should not wait for the compiler.
prometheus="$(install_prometheus)"
need promtool "install Prometheus with its promtool"
nginx="$(install_nginx)"
node_app="$(install_node_app)"
python="$(install_python)"
opensearch="$(install_opensearch)"
amtool="$(install_amtool)"
collector="$(install_collector)"
loki="$(install_loki)"
jaeger="$(install_jaeger)"

echo "collector=$collector/collector"
echo "prometheus=$prometheus"
echo "nodeModules=$node_app/node_modules"
echo "pythonBin=$python/bin"
echo "nginx=$nginx"
echo "loki=$loki/loki"
echo "jaeger=$jaeger/jaeger"
echo "java=$(command -v java)"
echo "openSearch=$opensearch/lib"
echo "promtool=$(command -v promtool)"
echo "amtool=$amtool/amtool"
