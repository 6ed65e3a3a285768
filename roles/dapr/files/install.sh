#!/bin/sh
# install.sh TARGET SOURCE [SUFFIX]: put daprd and scheduler of SOURCE into TARGET, both or neither, for all to execute.
set -eu
umask 022
rm -rf "$1.new"
mkdir -p "$1.new"
for program in daprd scheduler; do
  source=$2/$program
  [ -e "$source" ] || source=$2/$program${3-}
  cp -L "$source" "$1.new/$program"
  chmod 0755 "$1.new/$program"
done
# A running program's file can be removed, but not written to.
rm -rf "$1"
mv "$1.new" "$1"
