#!/bin/sh
# find.sh VERSION: print the directory on PATH, else ~/.dapr/bin, that has daprd and scheduler of that version.
IFS=:
for directory in $PATH "$HOME/.dapr/bin"; do
  if [ -x "$directory/daprd" ] && [ -x "$directory/scheduler" ] && [ "$("$directory/daprd" --version 2>/dev/null)" = "$1" ]; then
    echo "$directory"
    exit
  fi
done
