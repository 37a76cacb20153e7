#!/bin/bash
# down.sh [keep]   ends what up.sh started, by recorded pid, and removes its state ("keep": all but the logs); the cluster's objects stay
set -euo pipefail
. "$(dirname "$(readlink -f "$0")")/env.sh"
for n in envoy contour; do
  runs "$G/pid/$n" || continue
  kill "$(cat "$G/pid/$n")"; end=$(( $(ms)+5000 ))
  while runs "$G/pid/$n" && [ "$(ms)" -lt $end ]; do sleep 0.02; done
  ! runs "$G/pid/$n" || kill -KILL "$(cat "$G/pid/$n")"
done
case ${1:-} in keep) rm -rf "$G/pid" "$ADMIN";; *) rm -rf "$G";; esac
