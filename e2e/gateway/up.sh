#!/bin/bash
# up.sh   Contour and Envoy for the running cluster, as processes of this host, and a Gateway projectcontour/edge for routes of all namespaces
set -euo pipefail
HERE=$(dirname "$(readlink -f "$0")"); . "$HERE/env.sh"; k=$K/bin/kubectl
T0=$(ms)
for f in bin/contour bin/envoy crds/contour.yaml; do [ -e "$K/$f" ] || fail "$K/$f is missing; run setup.sh of the gateway first."; done
[ -f "$KUBECONFIG" ] || fail "Cluster $CLUSTER does not run; start it with kubelab/up.sh first."
if runs "$G/pid/contour" || runs "$G/pid/envoy"; then fail "Cluster $CLUSTER has a gateway already; run down.sh first."; fi
for p in 8080 18001 18002 18003 18004 18005; do
  [ -z "$(ss -ltnH "src $GWIP:$p or src 0.0.0.0:$p or src [::]:$p")" ] || fail "Port $p is taken on $GWIP; end whoever listens on it (ss -ltnp 'sport = :$p')."
done
[ -z "$(ss -ltnH "src 127.0.0.1:$ADMINPORT or src 0.0.0.0:$ADMINPORT or src [::]:$ADMINPORT")" ] || fail "Port $ADMINPORT is taken on 127.0.0.1; end whoever listens on it (ss -ltnp 'sport = :$ADMINPORT')."
rm -rf "$G"; mkdir -p "$G/pid" "$G/log"
trap '[ $? = 0 ] || "$HERE/down.sh" keep' EXIT   # a half that runs helps nobody; its logs stay

# seconds, sentence, command: tries it until it succeeds; a process that died meanwhile ends the wait
within() {
  local end=$(( $(ms)+$1*1000 )) what=$2 n; shift 2
  until "$@" >/dev/null 2>&1; do
    for n in "$G"/pid/*; do [ ! -e "$n" ] || kill -0 "$(cat "$n")" 2>/dev/null || fail "${n##*/} ended by itself; see $G/log/${n##*/}.log."; done
    [ "$(ms)" -lt $end ] || fail "$what"
    sleep 0.05
  done
}
start() { local n=$1; shift; setsid nohup "$@" >>"$G/log/$n.log" 2>&1 </dev/null & echo $! >"$G/pid/$n"; }

$k apply --server-side -f "$K/crds" >/dev/null
$k wait --for=condition=Established --timeout=30s -f "$K/crds" >/dev/null || fail "The API server did not take the CRDs within 30 s."
$k create namespace projectcontour --dry-run=client -o yaml | $k apply --server-side -f - >/dev/null
$k apply --server-side -f "$HERE/gateway.yaml" >/dev/null

cat >"$G/contour.yaml" <<C
gateway: {gatewayRef: {namespace: projectcontour, name: edge}}
network: {admin-port: $ADMINPORT}
C
# the three features need CRDs of the experimental channel
start contour "$K/bin/contour" serve --config-path="$G/contour.yaml" --kubeconfig="$KUBECONFIG" --disable-leader-election \
  --insecure --xds-address=$GWIP --xds-port=18001 --stats-address=$GWIP --stats-port=18002 \
  --http-address=$GWIP --http-port=18003 --health-address=$GWIP --health-port=18004 --debug-http-address=$GWIP --debug-http-port=18005 \
  --envoy-service-http-address=$GWIP --envoy-service-https-address=$GWIP --envoy-http-access-log=/dev/null --envoy-https-access-log=/dev/null \
  --disable-feature=tlsroutes --disable-feature=tcproutes --disable-feature=backendtlspolicies
within 30 "Contour was not healthy within 30 s; see $G/log/contour.log." curl -sf -m 1 "http://$GWIP:18004/healthz"
T1=$(ms)
"$K/bin/contour" bootstrap --xds-address=$GWIP --xds-port=18001 --admin-address="$ADMIN" "$G/bootstrap.json" 2>>"$G/log/contour.log"
start envoy "$K/bin/envoy" -c "$G/bootstrap.json" --service-node "edge$CLUSTER" --service-cluster projectcontour --concurrency 1 --disable-hot-restart
within 30 "Envoy was not live within 30 s; see $G/log/envoy.log." sh -c "curl -s -m 1 --unix-socket '$ADMIN' http://envoy/ready | grep -qx LIVE"
within 30 "Envoy got no listeners from Contour within 30 s; see $G/log/contour.log." curl -sf -m 1 "$STATS/ready"
programmed() { [ "$($k -n projectcontour get gateway edge -o 'jsonpath={.status.conditions[?(@.type=="Programmed")].status}')" = True ]; }
within 30 "Contour did not program the Gateway edge within 30 s; see its status and $G/log/contour.log." programmed
T2=$(ms)
echo "gateway ready at $((T2-T0)) ms (Contour at $((T1-T0)))
served:   $GWURL   (from the first route on)
counters: $STATS/stats/prometheus
admin:    $ADMIN, and for reading http://127.0.0.1:$ADMINPORT"
