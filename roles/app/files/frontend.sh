#!/bin/sh
# frontend.sh BUILT SOURCE NODE PART...: build the front end of a checkout, with the packages of its lockfile, into BUILT.
# It is built beside BUILT in `work`, whose packages and cache the next build takes up.
set -eu
umask 022
built=$1 source=$2 node=$3
shift 3
work="$(dirname "$built")/work"
PATH="$(dirname "$node"):$PATH"
export PATH NEXT_TELEMETRY_DISABLED=1
mkdir -p "$work"
cd "$work"
for part in "$@"; do
  rm -rf "./$part"
  cp -R "$source/frontend/$part" "./$part"
done
if ! cmp -s package-lock.json node_modules/.lock; then
  npm ci --omit=dev --no-audit --no-fund --loglevel=error
  cp package-lock.json node_modules/.lock
fi
npm run --silent build
rm -rf "$built"
cp -R .next/standalone "$built"
cp -R .next/static "$built/.next/static"
cp -R public "$built/public"
touch "$built/.complete"
