#!/bin/sh
# build.sh SOURCE TARGET VERSION TAGS LOG: build daprd and scheduler from Dapr's published Go module; LOG tells progress.sh.
set -eu
exec > "$5" 2>&1
trap 'echo ended' EXIT
rm -rf "$2.build" "$2.new"
mkdir -p "$2.build" "$2.new"
cp -R "$1/." "$2.build/"
cd "$2.build"
export CGO_ENABLED=0
programs="./daprd github.com/dapr/dapr/cmd/scheduler"
flags="-s -w -X github.com/dapr/dapr/pkg/buildinfo.version=$3 -X github.com/dapr/kit/logger.DaprVersion=$3"
# Needs all the modules, so it downloads them. The two programs are two words.
# shellcheck disable=SC2086
echo "packages: $(go list -deps -tags "$4" $programs | wc -l)"
# shellcheck disable=SC2086
go build -v -trimpath -tags "$4" -ldflags "$flags" -o "$2.new/" $programs
cd /
rm -rf "$2.build" "$2"
mv "$2.new" "$2"
