# Sourced by install.sh. Loki: built from its Go module. `go install` refuses modules with `replace` directives, so the
# module's folder is copied and built as the main module; every dependency is checked against Loki's own go.sum.

LOKI_VERSION=v3.7.8
# The largest program of the tests: parallel compilers beyond this take the memory of everything else.
LOKI_PARALLEL=2

loki_build() {
  local out="$1" src="$1/src" module
  module="$(cd "$out" && retry go mod download -json "github.com/grafana/loki/v3@$LOKI_VERSION" | sed -n 's/^\t"Dir": "\(.*\)",\{0,1\}$/\1/p')" &&
    [ -d "$module" ] &&
    cp -R "$module" "$src" &&
    chmod -R u+w "$src" &&
    cd "$src" &&
    # A module of its own, so its folder is not in Loki's archive; the registry has the version that go.mod requires.
    go mod edit -dropreplace=github.com/grafana/loki/pkg/push &&
    export GOFLAGS="-mod=mod -buildvcs=false" CGO_ENABLED=0 &&
    retry go list -deps ./cmd/loki &&
    retry nice -n 10 go build -p "$LOKI_PARALLEL" -trimpath -ldflags="-s -w" -o "$out/loki" ./cmd/loki &&
    cd "$out" &&
    ./loki -version &&
    rm -rf "$src"
}

install_loki() {
  need go "install Go 1.25 or later (https://go.dev/dl)"
  cached "loki-$(echo "$LOKI_VERSION" | key)" loki_build
}
