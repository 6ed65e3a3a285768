#!/bin/sh
# switch.sh STATE RELEASE KEPT: let the link `current` lead to this release, and remove all but the newest KEPT ones.
set -eu
state=$1 release=$2 kept=$3
ln -sfn "releases/${release##*/}" "$state/current"
# The newest by use, not by age: a release may be taken up again.
touch "$release/.complete"
cd "$state/releases"
for name in *; do
  [ -e "$name/.complete" ] || rm -rf "./$name" # made by a run that was killed
done
ls -1td -- */.complete | tail -n "+$((kept + 1))" | while read -r marker; do
  rm -rf "./${marker%/.complete}"
done
