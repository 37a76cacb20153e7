#!/bin/bash
# Proves that a weighted route is served in that proportion, and that Envoy counts each backend apart; exits non-zero at the first failure.
set -euo pipefail
HERE=$(dirname "$(readlink -f "$0")"); . "$HERE/../env.sh"; k="$K/bin/kubectl -n split"; N=${1:-4000}
trap '$K/bin/kubectl delete namespace split --wait=false >/dev/null 2>&1' EXIT
$K/bin/kubectl create namespace split >/dev/null
$k apply -f "$HERE/split.yaml" >/dev/null
for d in web-v1 web-v2; do $k rollout status deploy/$d --timeout=60s >/dev/null; done
$k wait httproute/web --for='jsonpath={.status.parents[0].conditions[?(@.type=="Accepted")].status}=True' --timeout=20s >/dev/null
end=$(( $(ms)+20000 )); until [ "$(curl -s -m 1 -o "$G/answer" -w '%{http_code}' -H 'Host: split.test' $GWURL/)" = 200 ]; do [ "$(ms)" -lt $end ] || fail "The route was not served within 20 s."; sleep 0.05; done
# clusters are named NAMESPACE_SERVICE_PORT
count() { curl -s -m 5 $STATS/stats/prometheus | awk -v c="$1" 'index($0, "envoy_cluster_upstream_rq_xx{") && index($0, "envoy_cluster_name=\"" c "\"") {n += $2} END {print n+0}'; }
A0=$(count split_web_80) B0=$(count split_web-candidate_80); S=$(ms)
curl -s -m 300 -w '%{http_code}\n' -H 'Host: split.test' "$GWURL/?n=[1-$N]" >"$G/answers"
T=$(( $(ms)-S )); A=$(( $(count split_web_80)-A0 )) B=$(( $(count split_web-candidate_80)-B0 ))
V1=$(grep -c '^v1 ' "$G/answers") V2=$(grep -c '^v2 ' "$G/answers")
echo "$N requests in $T ms: v1 $V1, v2 $V2; Envoy counted $A and $B"
curl -s -m 5 $STATS/stats/prometheus | grep '^envoy_cluster_upstream_rq_xx{.*"split_'
[ $((V1+V2)) = "$N" ] || fail "Not every request was answered by a version."
[ "$A" = "$V1" ] && [ "$B" = "$V2" ] || fail "Envoy's counters differ from what was answered."
# 10 %, give or take five standard deviations
awk -v n="$N" -v b="$V2" 'BEGIN {e = 5 * sqrt(n * 0.1 * 0.9); exit !(b > 0.1 * n - e && b < 0.1 * n + e)}' || fail "v2 got $V2 of $N, which is not a tenth."
echo "split ok"
