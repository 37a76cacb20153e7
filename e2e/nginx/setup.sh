#!/bin/bash
# setup.sh   unpacks Debian's nginx and its njs under $KUBELAB_HOME, for the tests that route by Ingresses; nothing is installed or started.
set -euo pipefail
HERE=$(dirname "$(readlink -f "$0")"); . "$HERE/../kubelab/env.sh"
fail() { echo "$*" >&2; exit 1; }
PACKAGES=(nginx libnginx-mod-http-js)
[ ! -x "$K/bin/nginx" ] || [ ! -f "$K/nginx/usr/lib/nginx/modules/ngx_http_js_module.so" ] || exit 0
command -v apt-get >/dev/null && command -v dpkg-deb >/dev/null || fail "nginx is taken from Debian packages: apt-get and dpkg-deb are needed."
mkdir -p "$K/bin" "$K/nginx"; cd "$K/nginx"
apt-get download -qq "${PACKAGES[@]}" 2>/dev/null || { apt-get update -qq; apt-get download -qq "${PACKAGES[@]}" 2>/dev/null; } || fail "The packages ${PACKAGES[*]} could not be fetched; look at apt-get download ${PACKAGES[*]}."
for package in *.deb; do dpkg-deb -x "$package" . && rm "$package"; done
ln -sf "$K/nginx/usr/sbin/nginx" "$K/bin/nginx"
"$K/bin/nginx" -v 2>/dev/null || fail "nginx does not run here; its libraries are libpcre2-8-0, libssl3 and zlib1g."
