# Sourced by install.sh. The collector: OpenTelemetry Collector Builder writes the sources, `go build` compiles them.

BUILDER_VERSION=v0.155.0

# The builder runs `go mod tidy`, which fails on modules that only tests need. So it writes no go.mod here; this does,
# from the same manifest. `go build -mod=mod` then resolves the rest and checks every module against the checksum database.
collector_go_mod() {
  echo "module collector"
  echo "go 1.25.0"
  echo "require ("
  sed -n 's/^ *- gomod: //p' "$TOOLS_DIR/collector-builder.yaml"
  echo "go.opentelemetry.io/collector/otelcol $BUILDER_VERSION"
  echo ")"
}

# Chained by && throughout: `set -e` does not work inside a function whose outcome is tested.
collector_build() {
  local out="$1" src="$1/src"
  mkdir "$src" &&
    GOBIN="$out" retry go install "go.opentelemetry.io/collector/cmd/builder@$BUILDER_VERSION" &&
    # The manifest cannot name the output folder; the builder also takes its settings from the environment.
    env "dist.output_path=$src" "$out/builder" --config "$TOOLS_DIR/collector-builder.yaml" \
      --skip-get-modules --skip-compilation &&
    cd "$src" &&
    collector_go_mod >go.mod &&
    export GOFLAGS="-mod=mod -buildvcs=false" CGO_ENABLED=0 &&
    retry go list -deps . &&
    go build -trimpath -ldflags="-s -w" -o "$out/collector" . &&
    cd "$out" &&
    # A manifest can compile and yet not start (a component named twice): such a program must not be kept.
    ./collector components &&
    rm -rf "$src" "$out/builder"
}

install_collector() {
  need go "install Go 1.25 or later (https://go.dev/dl)"
  cached "collector-$({ echo "$BUILDER_VERSION"; cat "$TOOLS_DIR/collector-builder.yaml"; } | key)" collector_build
}
