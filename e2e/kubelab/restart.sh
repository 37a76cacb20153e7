#!/bin/bash
# restart.sh NAME   kills a process of the control plane (kube-apiserver, etcd …) and starts it again as it was; returns when the API server is ready
set -euo pipefail
. "$(dirname "$(readlink -f "$0")")/env.sh"
P=$(cat $R/pid/$1)
mapfile -d '' -t COMMAND </proc/$P/cmdline
[[ ${COMMAND[0]:-} == $K/* ]] || { echo "$1 of cluster $CLUSTER does not run." >&2; exit 1; }
kill -KILL $P
while [ -d /proc/$P ]; do sleep 0.02; done    # it has let go of its port
setsid nsenter --net=/run/netns/$NS "${COMMAND[@]}" >>$R/log/$1.log 2>&1 </dev/null &
echo $! >$R/pid/$1
for _ in $(seq 600); do
  if curl -s -m 2 --cacert $R/pki/ca.crt https://$IP:6443/readyz 2>/dev/null | grep -qx ok; then exit; fi
  sleep 0.1
done
echo "The API server was not ready within a minute; see $R/log." >&2; exit 1
