#!/bin/sh
# release.sh RELEASE SOURCE UV PYTHON FRONTEND: make a virtual environment with the application and what it needs, as
# locked, and put the front end beside it, which is built already; "" for none.
# It is complete when it has the file .complete: a run that was killed leaves one that the next run makes anew.
# It belongs to whoever runs Ansible: as root, the service cannot change its own programs.
set -eu
umask 022
release=$1 source=$2 uv=$3 python=$4 frontend=$5
rm -rf "$release"
mkdir -p "$(dirname "$release")"
export UV_PROJECT_ENVIRONMENT="$release" UV_PYTHON_DOWNLOADS=never UV_NO_PROGRESS=1
# The checkout's own wheel is built every time: uv takes a cached one as long as pyproject.toml is unchanged.
if [ -z "$uv" ]; then
  echo "uv is needed to install the application: make up brings its own, or see https://docs.astral.sh/uv" >&2
  exit 1
fi
"$uv" sync --quiet --project "$source" --python "$python" --frozen --no-dev --no-editable --compile-bytecode \
  --reinstall-package todochat-platform
if [ -n "$frontend" ]; then
  cp -R "$frontend" "$release/frontend"
fi
touch "$release/.complete"
