#!/bin/bash
# build.sh [TAG...]   makes images of the sample order service (default: v1 v2 v3) as $KUBELAB_HOME/images/opt/order-service.tar,
# unless they are there and made of just what is here now: the service, the kit, their builds, this folder, the JDK, the tags.
# One image: its tags differ in VERSION alone, and how a version misbehaves is said by the environment in the Deployment.
set -euo pipefail
HERE=$(dirname "$(readlink -f "$0")"); TOP=$HERE/../..
. "$HERE/../kubelab/env.sh"
[ $# -gt 0 ] || set -- v1 v2 v3
JAVA_HOME=$("$TOP/build/jdk25"); export JAVA_HOME
OUT=$K/images/opt/order-service.tar
OF=$(cd "$TOP" && { echo "$@"; cat "$JAVA_HOME/release"; find pom.xml e2e/image/build.sh deploy/package/{runtime.sh,base.sh,mkoci.py} {kit,samples/order-service}/{pom.xml,src/main} -type f | LC_ALL=C sort | xargs sha256sum; } | sha256sum)
[ -f "$OUT" ] && [ "$OF" = "$(cat "$OUT.of" 2>/dev/null)" ] && exit
(cd "$TOP" && ./mvnw -B -ntp -q -pl samples/order-service -am -DskipTests package)
T=$TOP/samples/order-service/target; W=$(mktemp -d); trap 'rm -rf "$W"' EXIT
mkdir -p "$W/app/app/lib" "$K/images/opt"
cp "$T"/sluice-sample-order-service-*.jar "$W/app/app/order-service.jar"; cp "$T"/lib/*.jar "$W/app/app/lib/"
"$TOP/deploy/package/runtime.sh" "$W/java" "$W/app/app/order-service.jar" "$W"/app/app/lib/*.jar
"$TOP/deploy/package/base.sh" "$W/base" "$W/java"
tags=(); for v in "$@"; do tags+=(--tag "sluice.local/order-service:$v" "VERSION=$v"); done
python3 "$TOP/deploy/package/mkoci.py" --out "$OUT" --layer "$W/base" --layer "$W/app" "${tags[@]}" --port 8080 -- \
  /opt/java/bin/java -XX:+UseSerialGC -XX:TieredStopAtLevel=1 -Xmx64m -Xshare:auto -cp '/app/order-service.jar:/app/lib/*' dev.sluice.sample.orders.OrderService
echo "$OF" >"$OUT.of"
