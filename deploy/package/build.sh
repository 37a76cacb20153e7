#!/bin/bash
# build.sh [NAME:TAG]   makes, under target/dist, with nothing but a JDK 25, Maven and Python 3:
#   sluice-VERSION-linux-x86_64.tar.gz   the program with a runtime of its own: bin/sluice, bin/kubectl-sluice
#   sluice-image.tar                     the operator's image (default name: sluice.dev/sluice:VERSION) as an OCI archive
#   sluice.cdx.json                      what is in both, as a CycloneDX bill of materials; a copy of it is in each
# Each has an ahead-of-time cache (JEP 483, 514), trained by what it mostly does, against something that answers as a cluster does.
set -euo pipefail
HERE=$(dirname "$(readlink -f "$0")"); TOP=$(readlink -f "$HERE/../..")
JAVA_HOME=$("$TOP/build/jdk25"); export JAVA_HOME
cd "$TOP"
./mvnw -B -ntp -q -pl cli,samples/order-service -am -DskipTests package org.cyclonedx:cyclonedx-maven-plugin:makeBom
VERSION=$(sed -n 's/^version=//p' cli/target/maven-archiver/pom.properties)
IMAGE=${1:-sluice.dev/sluice:$VERSION}
DIST=$TOP/target/dist; NAME=sluice-$VERSION-linux-x86_64
W=$(mktemp -d); asked=
trap '[ -z "$asked" ] || kill "$asked"; rm -rf "$W"' EXIT
rm -rf "$DIST"; mkdir -p "$DIST"
cp cli/target/bom.json "$DIST/sluice.cdx.json"

KEYTOOL=("$JAVA_HOME/bin/keytool" -alias training -storetype PKCS12 -keystore "$W/server.p12" -storepass training)
"${KEYTOOL[@]}" -genkeypair -keyalg EC -groupname secp256r1 -dname CN=training -ext san=ip:127.0.0.1 -validity 1 >/dev/null 2>&1
"${KEYTOOL[@]}" -exportcert -rfc >"$W/ca.pem"
"$JAVA_HOME/bin/java" -cp 'cli/target/lib/*' "$HERE/Answers.java" "$W" & asked=$!
for _ in $(seq 300); do [ -f "$W/kubeconfig" ] && break; sleep 0.1; done
[ -f "$W/kubeconfig" ] || { echo "Answers.java did not start within 30 s." >&2; exit 1; }
failed() { echo "The JVM made no cache; its training said:" >&2; cat "$W/training" >&2; exit 1; }
trained() { [ -s "$1" ] || failed; }

P=$W/$NAME
mkdir -p "$P/bin" "$P/lib" "$P/samples/order-service"
cp cli/target/lib/*.jar "$P/lib/"
cp cli/target/sluice-cli-"$VERSION".jar "$P/lib/sluice-cli.jar"
"$JAVA_HOME/bin/java" "$HERE/Newer.java" "$P"/lib/picocli-*.jar
# A cache is for jars of just these names, sizes and times: what is unpacked must be what it was trained with.
find "$P/lib" -type f -exec chmod 644 {} + -exec touch -d @0 {} +
"$HERE/runtime.sh" "$P/runtime" "$P"/lib/*.jar
cp "$HERE/sluice" "$P/bin/sluice"; cp kubectl-sluice kubectl_complete-sluice "$P/bin/"
cp samples/order-service/target/sluice-sample-order-service-*.jar samples/order-service/target/lib/*.jar "$P/samples/order-service/"
cp LICENSE "$P/"; cp "$DIST/sluice.cdx.json" "$P/"
train() {  # CACHE COMMAND [, COMMAND]...; bin/sluice says what has which
  local cache=$P/lib/$1.aot; shift
  "$P/runtime/bin/java" "-XX:AOTCacheOutput=$cache" -XX:+UseSerialGC -XX:TieredStopAtLevel=1 --enable-native-access=ALL-UNNAMED \
    "-Dsluice.home=$P" -cp "$P/lib/sluice-cli.jar" dev.sluice.cli.Training "$@" >"$W/training" 2>&1 || failed
  trained "$cache"
}
AS=(--kubeconfig "$W/kubeconfig")
train sluice get -A "${AS[@]}" , get web0 "${AS[@]}" , get web0 -o yaml "${AS[@]}" , get releases "${AS[@]}"
train alone version , __complete get "" , check policy examples/policies/canary.yaml
tar --sort=name --mtime=@0 --owner=0 --group=0 --numeric-owner -C "$W" -czf "$DIST/$NAME.tar.gz" "$NAME"

"$HERE/base.sh" "$W/base" "$P/runtime"
rm "$W/base/opt/java/lib/server/classes.jsa"   # the cache has all that it has
mkdir -p "$W/app/app"
cp -a "$P/lib" "$W/app/app/lib"; rm "$W"/app/app/lib/*.aot
cp "$DIST/sluice.cdx.json" "$W/app/app/"
# A quarter of the container's memory for the heap: with MaxRAMPercentage alone it is never less than 126 MB. What the C library has
# freed goes back, and C1 alone: what C2 needs to compile is more than it saves whoever mostly waits.
RUN=(-XX:+UseSerialGC -XX:MaxRAMPercentage=25 -XX:MinRAMPercentage=25 -XX:TieredStopAtLevel=1 -XX:TrimNativeHeapInterval=5000
  -XX:+ExitOnOutOfMemoryError --enable-native-access=ALL-UNNAMED)
timeout -s TERM 20 "$P/runtime/bin/java" "${RUN[@]}" "-XX:AOTCacheOutput=$W/app/app/sluice.aot" -jar "$W/app/app/lib/sluice-cli.jar" \
  operator --listen 127.0.0.1:0 --kubeconfig "$W/kubeconfig" >"$W/training" 2>&1 || [ $? = 124 ] || failed
trained "$W/app/app/sluice.aot"
python3 "$HERE/mkoci.py" --out "$DIST/sluice-image.tar" --gzip --layer "$W/base" --layer "$W/app" --tag "$IMAGE" --port 8080 -- \
  /opt/java/bin/java "${RUN[@]}" -XX:AOTCache=/app/sluice.aot -jar /app/lib/sluice-cli.jar
ls -l "$DIST"
