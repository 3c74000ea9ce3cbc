# Sourced by install.sh. nginx: Debian's package. Only its program is used: the tests start one of their own, with a
# configuration in a temporary folder, so the package's service and its folders do not matter.

install_nginx() {
  # Debian keeps it where only root looks.
  local PATH="$PATH:/usr/sbin"
  if ! command -v nginx >/dev/null 2>&1; then
    need apt-get "install nginx 1.22 or later and put it on the PATH (https://nginx.org/en/download.html)"
    [ "$(id -u)" = 0 ] || fail "nginx is missing: run 'sudo apt-get install --no-install-recommends nginx-light'"
    say "installing the Debian package nginx-light"
    mkdir -p "$CACHE"
    (
      export DEBIAN_FRONTEND=noninteractive
      # A container starts no services at installation; a machine with an init would, so it is told not to.
      apt-get update -q && RUNLEVEL=1 apt-get install -y -q --no-install-recommends nginx-light
    ) >"$CACHE/nginx.log" 2>&1 || {
      tail -n 15 "$CACHE/nginx.log" >&2
      fail "apt-get could not install nginx; the whole log is $CACHE/nginx.log"
    }
  fi
  command -v nginx
}
