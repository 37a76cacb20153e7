#!/bin/bash
# setup.sh [TOOL...]   makes Flux's and Argo CD's reconcilers and Helm (flux argocd helm; default: all) under $KUBELAB_HOME/gitops;
# what is there already is kept.
set -euo pipefail
HERE=$(dirname "$(readlink -f "$0")"); . "$HERE/../gateway/env.sh"
command -v go >/dev/null || fail "Go is not on PATH; install Go 1.26 or newer."
# All by the toolchain that Flux and Argo CD ask for, Helm too: what the three have in common is compiled once.
export GOTOOLCHAIN=go1.27.3 CGO_ENABLED=0
mkdir -p "$K/gitops"
[ $# -gt 0 ] || set -- flux argocd helm
for tool in "$@"; do
  [ ! -x "$K/gitops/$tool" ] || continue
  case $tool in
    helm) GOBIN="$K/gitops" go install -trimpath -ldflags='-s -w' helm.sh/helm/v4/cmd/helm@v4.3.1 ;;
    *) (cd "$HERE/$tool" && go build -trimpath -ldflags='-s -w' -o "$K/gitops/$tool" .) ;;
  esac
done
case " $* " in *" helm "*) "$K/gitops/helm" version --short >/dev/null || fail "Helm in $K/gitops does not run on this machine." ;; esac
