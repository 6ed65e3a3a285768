#!/bin/sh
# initdb.sh INITDB DATA SUPERUSER PASSWORD_FILE: make a cluster beside its place, then move it there.
# The builtin C.UTF-8 sorts the same with every version of the operating system's libraries.
set -eu
cd "$(dirname "$2")"
rm -rf "$2.new"
"$1" -D "$2.new" --username="$3" --pwfile="$4" --auth=scram-sha-256 --data-checksums \
  --encoding=UTF8 --locale-provider=builtin --builtin-locale=C.UTF-8 --locale=C --text-search-config=english
mv "$2.new" "$2"
