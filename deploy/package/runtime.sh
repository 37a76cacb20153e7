#!/bin/bash
# runtime.sh DIR JAR...   a Java runtime of just the modules that the jars need, by jlink, as DIR.
set -euo pipefail
OUT=$1; shift
JAVA_HOME=$("$(dirname "$(readlink -f "$0")")/../../build/jdk25")
CLASSPATH=$(IFS=:; echo "$*")
# jdeps sees no reflection: signals, in jdk.unsupported, are reached so. java.desktop is Jackson's, for java.beans alone,
# and Jackson does without; it would bring libraries for windows and fonts.
M=$("$JAVA_HOME/bin/jdeps" --multi-release 25 --ignore-missing-deps --print-module-deps -cp "$CLASSPATH" "$@" 2>/dev/null |
  grep '^java\.base' | tr , '\n' | grep -vx java.desktop | paste -sd,) || { echo "jdeps could not read $*." >&2; exit 1; }
"$JAVA_HOME/bin/jlink" --add-modules "$M,jdk.unsupported" --strip-debug --no-header-files --no-man-pages --generate-cds-archive --output "$OUT" >/dev/null
rm -f "$OUT/lib/server/classes_nocoops.jsa"   # for heaps over 32 GB
