#!/bin/bash
# collect.sh DIR   objects, events, logs and Envoy's state of the running cluster into DIR, to be read when it is gone
set -uo pipefail
. "$(dirname "$(readlink -f "$0")")/gateway/env.sh"
[ $# = 1 ] || fail "Name the directory: collect.sh DIR."
[ -f "$KUBECONFIG" ] || fail "Cluster $CLUSTER does not run; there is nothing to collect."
mkdir -p "$1/objects" "$1/pods"; D=$(readlink -f "$1"); k="timeout 10 $K/bin/kubectl"
kinds() { $k api-resources --verbs=list "$@" -o name | grep -vxE 'secrets|events.*|componentstatuses|.*metrics.k8s.io'; }
$k get nodes,pods -A -o wide >"$D/overview.txt" 2>&1
$k get events -A --sort-by=.metadata.creationTimestamp -o 'custom-columns=TIME:.metadata.creationTimestamp,LAST:.lastTimestamp,NAMESPACE:.metadata.namespace,KIND:.involvedObject.kind,NAME:.involvedObject.name,REASON:.reason,MESSAGE:.message' >"$D/events.txt" 2>&1
for kind in $(kinds --namespaced); do $k get "$kind" -A -o yaml --show-managed-fields >"$D/objects/$kind.yaml" 2>&1; done
for kind in $(kinds --namespaced=false | grep -E 'admission|gateway|sluice|^nodes|^namespaces'); do $k get "$kind" -o yaml >"$D/objects/$kind.yaml" 2>&1; done
# without objects nobody needs the file
grep -lx 'items: \[\]' "$D"/objects/*.yaml 2>/dev/null | xargs -r rm
# of every container that still exists, ended ones too: NAMESPACE_POD_UID/CONTAINER/RUN.log
for n in "$R"/node*/; do cp -r "$n/pod-logs/." "$D/pods/" 2>/dev/null; done
cp -r "$R/log" "$D/kubelab"; cp -r "$G/log" "$D/gateway" 2>/dev/null
for page in clusters config_dump stats/prometheus; do curl -s -m 5 --unix-socket "$ADMIN" "http://envoy/$page" >"$D/envoy-${page%/*}.txt"; done
exit 0
