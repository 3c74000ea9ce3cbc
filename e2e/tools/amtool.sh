# Sourced by install.sh. amtool, which checks alertmanager's configurations: a plain Go program.

AMTOOL_VERSION=v0.34.2

amtool_build() {
  local out="$1"
  GOBIN="$out" CGO_ENABLED=0 GOFLAGS=-trimpath \
    retry nice -n 10 go install "github.com/prometheus/alertmanager/cmd/amtool@$AMTOOL_VERSION" &&
    "$out/amtool" --version
}

install_amtool() {
  need go "install Go 1.25 or later (https://go.dev/dl)"
  cached "amtool-$(echo "$AMTOOL_VERSION" | key)" amtool_build
}
