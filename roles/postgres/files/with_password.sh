#!/bin/sh
# with_password.sh PASSWORD_FILE COMMAND...: run a client of PostgreSQL that finds the password in a file of its own.
# A mounted Secret can be read by the group, and libpq takes no such file; in command lines and environments it could be seen.
set -eu
umask 077
PGPASSFILE=$(mktemp)
export PGPASSFILE
trap 'rm -f "$PGPASSFILE"' EXIT
printf '*:*:*:*:%s\n' "$(sed 's/[\\:]/\\&/g' "$1")" > "$PGPASSFILE"
shift
"$@"
