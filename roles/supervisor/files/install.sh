#!/bin/sh
# install.sh VENV PYTHON UV REQUIREMENT: make a virtual environment with one package in it, with uv when UV is not "".
# Made beside its place and then moved, so that a run that was killed leaves nothing that looks finished.
set -eu
umask 022
venv=$1 python=$2 uv=$3 requirement=$4
rm -rf "$venv.new"
if [ -n "$uv" ]; then
  export UV_LINK_MODE=copy UV_PYTHON_DOWNLOADS=never
  "$uv" venv --quiet --no-project --no-config --python "$python" "$venv.new"
  "$uv" pip install --quiet --no-config --python "$venv.new/bin/python" "$requirement"
else
  "$python" -m venv "$venv.new" || {
    echo "$python cannot make virtual environments: install uv, or its venv module (Debian, Ubuntu: apt-get install python3-venv)" >&2
    exit 1
  }
  "$venv.new/bin/python" -m pip install --quiet --disable-pip-version-check "$requirement"
fi
# Its programs name their interpreter by its place.
grep -rlI "^#!$venv.new/" "$venv.new/bin" | xargs -r sed -i "1s|$venv.new|$venv|"
rm -rf "$venv"
mv "$venv.new" "$venv"
