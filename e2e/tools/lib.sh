# Sourced by the scripts of this folder: where tools are kept, how one is made exactly once, how failures read.

CACHE="${XDG_CACHE_HOME:-$HOME/.cache}/tenantscope"
TOOLS_DIR="$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)"

say() { echo "e2e tools: $*" >&2; }

fail() {
  say "ERROR: $*"
  exit 1
}

need() { command -v "$1" >/dev/null 2>&1 || fail "'$1' is missing: $2"; }

# First 16 hex digits of the SHA-256 of the given files' contents and strings: a key that changes when they do.
key() { sha256sum | cut -c1-16; }

# cached NAME BUILD_FUNCTION: prints the folder CACHE/NAME. When it is not there, BUILD_FUNCTION fills an empty folder
# (its first argument; the second is the final name) that is renamed at the end: a reader sees a whole tool or none. A lock per name lets the second
# of two concurrent runs wait for the first instead of building again.
cached() {
  local name="$1" build="$2" target="$CACHE/$1" lock started
  if [ -d "$target" ]; then
    echo "$target"
    return
  fi
  mkdir -p "$CACHE"
  exec {lock}>"$CACHE/$name.lock"
  flock "$lock"
  if [ ! -d "$target" ]; then
    local work
    work="$(mktemp -d "$CACHE/$name.building.XXXXXX")"
    started=$SECONDS
    say "making $name (log: $CACHE/$name.log)"
    if ! ("$build" "$work" "$target") >"$CACHE/$name.log" 2>&1; then
      tail -n 15 "$CACHE/$name.log" >&2
      rm -rf "$work"
      fail "could not make $name; the whole log is $CACHE/$name.log"
    fi
    mv "$work" "$target"
    say "made $name in $((SECONDS - started)) s"
  fi
  exec {lock}>&-
  echo "$target"
}

# Runs a command up to three times: registries answer 404 or 5xx for a moment now and then.
retry() {
  local attempt
  for attempt in 1 2 3; do
    "$@" && return 0
    say "attempt $attempt of '$1' failed"
    sleep "$attempt"
  done
  return 1
}
