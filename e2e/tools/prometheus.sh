# Sourced by install.sh. Prometheus (and promtool): Debian's package. Only its programs are used: the tests start one
# of their own, on a free port with its storage in a temporary folder, so the package's service does not matter.

install_prometheus() {
  if ! command -v prometheus >/dev/null 2>&1; then
    need apt-get "install Prometheus 2.42 or later and put it on the PATH (https://prometheus.io/download)"
    [ "$(id -u)" = 0 ] || fail "prometheus is missing: run 'sudo apt-get install --no-install-recommends prometheus'"
    say "installing the Debian package prometheus"
    mkdir -p "$CACHE"
    (
      export DEBIAN_FRONTEND=noninteractive
      # A container starts no services at installation; a machine with an init would, so it is told not to.
      apt-get update -q && RUNLEVEL=1 apt-get install -y -q --no-install-recommends prometheus
    ) >"$CACHE/prometheus.log" 2>&1 || {
      tail -n 15 "$CACHE/prometheus.log" >&2
      fail "apt-get could not install prometheus; the whole log is $CACHE/prometheus.log"
    }
  fi
  command -v prometheus
}
