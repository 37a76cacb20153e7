#!/bin/bash
# base.sh DIR RUNTIME   the lowest layer of an image, as DIR: the runtime as /opt/java, at their own paths the files of the
# C library that it is linked to, a user without rights, a /tmp.
set -euo pipefail
OUT=$1 RUNTIME=$2
mkdir -p "$OUT/opt" "$OUT/etc" "$OUT/tmp"
cp -a "$RUNTIME" "$OUT/opt/java"
find "$RUNTIME" -type f \( -name '*.so' -o -path '*/bin/*' \) -exec ldd {} + | awk '$2=="=>"&&$3~/^\//{print $3} $1~/^\//&&$1!~/:$/{print $1}' | grep -v "^$RUNTIME" | sort -u |
  while read -r f; do install -D -m 755 "$f" "$OUT$f"; done
chmod 1777 "$OUT/tmp"
printf 'root:x:0:0::/:/none\nnonroot:x:65532:65532::/tmp:/none\n' >"$OUT/etc/passwd"
printf 'root:x:0:\nnonroot:x:65532:\n' >"$OUT/etc/group"
