#!/bin/bash
# setup.sh   unpacks Debian's nginx under $KUBELAB_HOME, for the tests that translate Ingresses for it; nothing is installed or started.
set -euo pipefail
HERE=$(dirname "$(readlink -f "$0")"); . "$HERE/../kubelab/env.sh"
fail() { echo "$*" >&2; exit 1; }
[ ! -x "$K/bin/nginx" ] || exit 0
command -v apt-get >/dev/null && command -v dpkg-deb >/dev/null || fail "nginx is taken from a Debian package: apt-get and dpkg-deb are needed."
mkdir -p "$K/bin" "$K/nginx"; cd "$K/nginx"
apt-get download -qq nginx 2>/dev/null || { apt-get update -qq; apt-get download -qq nginx 2>/dev/null; } || fail "The package nginx could not be fetched; look at apt-get download nginx."
dpkg-deb -x nginx_*.deb . && rm nginx_*.deb
ln -sf "$K/nginx/usr/sbin/nginx" "$K/bin/nginx"
"$K/bin/nginx" -v 2>/dev/null || fail "nginx does not run here; its libraries are libpcre2-8-0, libssl3 and zlib1g."
