#!/bin/bash
# tag.sh IMAGE NAME   gives an image that is on every node of the running cluster another name
set -euo pipefail
. "$(dirname "$(readlink -f "$0")")/../kubelab/env.sh"
for s in "$R"/node*/containerd.sock; do timeout 60 "$K/bin/ctr" -a "$s" -n k8s.io images tag --force "$1" "$2"; done
