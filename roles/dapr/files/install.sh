#!/bin/sh
# install.sh TARGET SOURCE: put daprd and scheduler of SOURCE into TARGET, both or neither, for every user to execute.
set -eu
umask 022
rm -rf "$1.new"
mkdir -p "$1.new"
for program in daprd scheduler; do
  cp -L "$2/$program" "$1.new/$program"
  chmod 0755 "$1.new/$program"
done
# A running program's file can be removed, but not written to.
rm -rf "$1"
mv "$1.new" "$1"
