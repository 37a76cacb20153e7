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
OF=$(cd "$TOP" && { echo "$@"; cat "$JAVA_HOME/release"; find pom.xml e2e/image/build.sh e2e/image/mkoci.py {kit,samples/order-service}/{pom.xml,src/main} -type f | LC_ALL=C sort | xargs sha256sum; } | sha256sum)
[ -f "$OUT" ] && [ "$OF" = "$(cat "$OUT.of" 2>/dev/null)" ] && exit
(cd "$TOP" && ./mvnw -B -ntp -q -pl samples/order-service -am -DskipTests package)
T=$TOP/samples/order-service/target; W=$(mktemp -d); trap 'rm -rf "$W"' EXIT
mkdir -p "$W/base/opt" "$W/base/etc" "$W/base/tmp" "$W/app/app/lib" "$K/images/opt"
cp "$T"/sluice-sample-order-service-*.jar "$W/app/app/order-service.jar"; cp "$T"/lib/*.jar "$W/app/app/lib/"

# jdeps sees no reflection: the kit reaches signals, in jdk.unsupported, so. java.desktop is Jackson's, for java.beans
# alone, and Jackson does without; it would bring libraries for windows and fonts.
M=$("$JAVA_HOME/bin/jdeps" --multi-release 25 --ignore-missing-deps --print-module-deps -cp "$W/app/app/lib/*" "$W/app/app/order-service.jar" "$W"/app/app/lib/*.jar 2>/dev/null |
  grep '^java\.base' | tr , '\n' | grep -vx java.desktop | paste -sd,) || { echo "jdeps could not read the service's classes." >&2; exit 1; }
"$JAVA_HOME/bin/jlink" --add-modules "$M,jdk.unsupported" --strip-debug --no-header-files --no-man-pages --generate-cds-archive --output "$W/base/opt/java" >/dev/null
rm -f "$W/base/opt/java/lib/server/classes_nocoops.jsa"   # for heaps over 32 GB
# what the runtime's binaries are linked to, at the same paths
find "$W/base/opt/java" -type f \( -name '*.so' -o -path '*/bin/*' \) -exec ldd {} + | awk '$2=="=>"&&$3~/^\//{print $3} $1~/^\//&&$1!~/:$/{print $1}' | grep -v "^$W" | sort -u |
  while read -r f; do install -D -m 755 "$f" "$W/base$f"; done
chmod 1777 "$W/base/tmp"
printf 'root:x:0:0::/:/none\nnonroot:x:65532:65532::/tmp:/none\n' >"$W/base/etc/passwd"
printf 'root:x:0:\nnonroot:x:65532:\n' >"$W/base/etc/group"

tags=(); for v in "$@"; do tags+=(--tag "sluice.local/order-service:$v" "VERSION=$v"); done
python3 "$HERE/mkoci.py" --out "$OUT" --layer "$W/base" --layer "$W/app" "${tags[@]}" --port 8080 -- \
  /opt/java/bin/java -XX:+UseSerialGC -XX:TieredStopAtLevel=1 -Xmx64m -Xshare:auto -cp '/app/order-service.jar:/app/lib/*' dev.sluice.sample.orders.OrderService
echo "$OF" >"$OUT.of"
