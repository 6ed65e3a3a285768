#!/bin/sh
# restore.sh DIRECTORY NAME BACKUP PG_RESTORE...: restore the file BACKUP (latest: the newest one of NAME), all of it or nothing.
# Prints which one it was.
set -eu
directory=$1 name=$2 backup=$3
shift 3
if [ "$backup" = latest ]; then
  file=$(ls -1r "$directory/$name"-*.dump 2> /dev/null | head -n 1)
  [ -n "$file" ] || { echo "there is no backup of $name in $directory" >&2; exit 1; }
else
  file=$directory/$backup
  [ -f "$file" ] || { echo "there is no backup $backup in $directory:" >&2; ls -1 "$directory" >&2; exit 1; }
fi
"$@" --no-owner --no-privileges --exit-on-error --single-transaction "$file"
echo "$(basename "$file")"
