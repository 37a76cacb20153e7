# Adds to kubelab's env.sh what belongs to this cluster's gateway. Every cluster has a loopback address of its own, so
# that ports and manifests are the same on all of them: Contour serves a listener on port N at N+8000 of that address.
. "$(dirname "$(readlink -f "${BASH_SOURCE[0]}")")/../kubelab/env.sh"
G=$K/gateway$CLUSTER                      # all state; removed by down.sh; not under kubelab's own, which may go first
GWIP=127.77.$CLUSTER.1
GWURL=http://$GWIP:8080                   # the Gateway's listener 80
STATS=http://$GWIP:18002                  # of Envoy's admin: /stats/prometheus, /ready
ADMIN=$G/admin.sock                       # all of Envoy's admin, on a unix socket
ADMINPORT=$((19000+CLUSTER))              # most of it for reading, on 127.0.0.1: /clusters, /config_dump, /stats …
fail() { echo "$*" >&2; exit 1; }
# pid file → true while the process that it names runs and is ours
runs() { local p; p=$(cat "$1" 2>/dev/null) && tr '\0' ' ' 2>/dev/null <"/proc/$p/cmdline" | grep -qF "$G/"; } 2>/dev/null
