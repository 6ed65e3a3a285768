#!/bin/sh
# validate.sh CANDIDATE COPY COMMAND...: does a server accept these settings? It reads a copy, for it runs as the service
# user, who cannot read Ansible's own temporary file.
set -eu
candidate=$1 copy=$2
shift 2
trap 'rm -f "$copy"' EXIT
cp "$candidate" "$copy"
chmod 0644 "$copy"
"$@" -c config_file="$copy" > /dev/null
