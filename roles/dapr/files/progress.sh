#!/bin/sh
# progress.sh LOG PID: wait 20 s, or until the build has ended, then say how far it is.
for _ in $(seq 40); do
  kill -0 "$2" 2>/dev/null || break
  sleep 0.5
done
step=$(grep -E '^(downloading modules|building [a-z]+|finished)$' "$1" | tail -n 1)
echo "${step:-starting}: $(grep -c '/' "$1") packages so far"
