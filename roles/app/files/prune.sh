#!/bin/sh
# prune.sh RELEASES RELEASE KEPT: remove all but the newest KEPT releases; RELEASE, which runs, always stays.
set -eu
releases=$1 release=$2 kept=$3
touch -c "$release/.complete"
cd "$releases"
# Those that were never completed go as well.
for name in *; do
  [ -e "$name/.complete" ] || rm -rf "./$name"
done
ls -1td -- */.complete | tail -n "+$((kept + 1))" | while read -r marker; do
  rm -rf "./${marker%/.complete}"
done
