#!/bin/bash
# Proves the order service's image on the running cluster; exits non-zero at the first failure. Says how fast a pod is ready, and its memory.
set -euo pipefail
HERE=$(dirname "$(readlink -f "$0")"); . "$HERE/../../kubelab/env.sh"; k="$K/bin/kubectl -n orders"
fail() { echo "$*" >&2; exit 1; }
trap '$K/bin/kubectl delete namespace orders --wait=false >/dev/null 2>&1' EXIT
$K/bin/kubectl create namespace orders >/dev/null
deploy() { # name tag share-of-errors replicas
  local s; s=$(ms)
  sed "s/NAME/$1/; s/TAG/$2/; s/SHARE/$3/; s/REPLICAS/$4/" "$HERE/orders.yaml" | $k apply -f - >/dev/null
  $k rollout status "deploy/$1" --timeout=90s >/dev/null || fail "$1 was not ready within 90 s."
  echo "$1: $4 pod(s) ready $(( $(ms)-s )) ms after the Deployment was written"
}
address() { $k get pods -l "app=$1" -o 'jsonpath={.items[0].status.podIP}'; }
for tag in v1 v2 v3; do
  deploy orders-$tag $tag 0 1
  A=http://$(address orders-$tag):8080
  curl -s -m 2 "$A/version" | grep -q "\"version\":\"$tag\"" || fail "orders-$tag does not say that it is $tag."
  curl -s -m 2 "$A/readyz" >/dev/null || fail "orders-$tag is not reached by its pod's address."
  for _ in $(seq 50); do curl -s -m 2 -o /dev/null -X POST -d '{"item":3,"quantity":2}' "$A/orders"; done
  curl -s -m 2 "$A/metrics" | grep -E '^[a-z_]*requests?[a-z_]*_?(total|count)\{.*orders' || fail "orders-$tag does not count its orders."
done
deploy orders-bad v2 1 1
[ "$(curl -s -m 2 -o /dev/null -w '%{http_code}' -X POST -d '{"item":3}' "http://$(address orders-bad):8080/orders")" = 500 ] || fail "ERRORS=1 in the Deployment does no harm."
deploy orders-four v1 0 4
P=$($k get pods -l app=orders-v1 -o 'jsonpath={.items[0].metadata.name}')
U=$(ps -eo uid,args | awk '/[o]rders.OrderService/ {print $1}' | sort -u); echo "user $U"
$K/bin/kubectl get --raw "/api/v1/nodes/node1/proxy/stats/summary" | python3 -c "
import json, sys
for p in json.load(sys.stdin)['pods']:
    if p['podRef']['namespace'] == 'orders' and p['podRef']['name'] == '$P':
        m = p['containers'][0]['memory']
        print('memory of $P after 50 orders: working set %d MB, resident %d MB' % (m['workingSetBytes'] / 1e6, m['rssBytes'] / 1e6))"
S=$(ms); $k delete pod "$P" --timeout=30s >/dev/null; echo "$P ended $(( $(ms)-S )) ms after it was told to"
echo "orders ok"
