#!/bin/sh
# progress.sh LOG: wait 20 s, or until the build has ended, then say how far it is.
for _ in $(seq 40); do
  [ "$(tail -n 1 "$1" 2>/dev/null)" = ended ] && break
  sleep 0.5
done
total=$(sed -n 's/^packages: *//p' "$1")
if [ -z "$total" ]; then
  echo "$(grep -c '^go: downloading' "$1") Go modules downloaded"
else
  # What earlier builds left in Go's cache is not compiled again, and linking comes last.
  echo "$(grep -c '^[a-z0-9./_-]*/' "$1") of at most $total packages compiled"
fi
