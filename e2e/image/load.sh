#!/bin/bash
# load.sh [TAR...]   imports image archives (default: the order service's) into every node of the running cluster
set -euo pipefail
. "$(dirname "$(readlink -f "$0")")/../kubelab/env.sh"
[ $# -gt 0 ] || set -- "$K/images/opt/order-service.tar"
[ -S "$R/node1/containerd.sock" ] || { echo "Cluster $CLUSTER does not run; start it with kubelab/up.sh first." >&2; exit 1; }
for f in "$@"; do
  [ -f "$f" ] || { echo "$f is missing; build.sh makes the order service's." >&2; exit 1; }
  for s in "$R"/node*/containerd.sock; do timeout 120 "$K/bin/ctr" -a "$s" -n k8s.io images import "$f" >>"$R/log/import.log" 2>&1 || { echo "$f could not be imported within 120 s; see $R/log/import.log." >&2; exit 1; }; done
done
