#!/bin/sh
# fetch.sh TARGET PYTHON UV REQUIREMENT: unpack a wheel from PyPI into TARGET, with uv when UV is not "".
set -eu
umask 022
target=$1 python=$2 uv=$3 requirement=$4
rm -rf "$target.new"
mkdir -p "$(dirname "$target")"
if [ -n "$uv" ]; then
  UV_LINK_MODE=copy "$uv" pip install --quiet --no-config --no-deps --python "$python" --target "$target.new" "$requirement"
else
  # The system's Python may be without pip, one in a virtual environment never is.
  "$python" -m venv "$target.venv"
  "$target.venv/bin/python" -m pip install --quiet --disable-pip-version-check --no-deps --only-binary :all: \
    --target "$target.new" "$requirement"
  rm -rf "$target.venv"
fi
mv "$target.new" "$target"
