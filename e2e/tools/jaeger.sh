# Sourced by install.sh. Jaeger: built from its Go module (v1.76.0 also holds Jaeger v2.13, ./cmd/jaeger). `go install` refuses modules with
# `replace` directives, so the module's folder is copied and built as the main module; every dependency is checked against Jaeger's own go.sum.
# Later releases have no module under this path, so this is the newest that builds from a registry.

JAEGER_VERSION=v1.76.0
JAEGER_PARALLEL=2

jaeger_build() {
  local out="$1" src="$1/src" module
  module="$(cd "$out" && retry go mod download -json "github.com/jaegertracing/jaeger@$JAEGER_VERSION" | sed -n 's/^\t"Dir": "\(.*\)",\{0,1\}$/\1/p')" &&
    [ -d "$module" ] &&
    cp -R "$module" "$src" &&
    chmod -R u+w "$src" &&
    cd "$src" &&
    export GOFLAGS="-mod=mod -buildvcs=false" CGO_ENABLED=0 &&
    retry go list -deps ./cmd/jaeger &&
    # Without its pages: the module holds a placeholder for them, which Jaeger serves instead.
    retry nice -n 10 go build -p "$JAEGER_PARALLEL" -trimpath -ldflags="-s -w" -o "$out/jaeger" ./cmd/jaeger &&
    cd "$out" &&
    ./jaeger version &&
    rm -rf "$src"
}

install_jaeger() {
  need go "install Go 1.25 or later (https://go.dev/dl)"
  cached "jaeger-$(echo "$JAEGER_VERSION" | key)" jaeger_build
}
