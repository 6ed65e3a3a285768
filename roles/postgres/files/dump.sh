#!/bin/sh
# dump.sh DIRECTORY NAME KEEP PG_DUMP...: write the backup NAME-<time>.dump and remove all but the newest KEEP (0: none).
# Prints where it is.
set -eu
umask 077
directory=$1 name=$2 keep=$3
shift 3
file=$directory/$name-$(date -u +%Y%m%dT%H%M%SZ).dump
# What a killed backup has left.
rm -f "$directory/$name"-*.dump.new
"$@" --format=custom --file="$file.new"
mv "$file.new" "$file"
if [ "$keep" -gt 0 ]; then
  # The names sort by time.
  ls -1r "$directory/$name"-*.dump | tail -n "+$((keep + 1))" | while read -r old; do rm -f "$old"; done
fi
echo "$file, $(du -h "$file" | cut -f1)"
