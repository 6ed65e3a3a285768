#!/bin/sh
# build.sh SOURCE TARGET VERSION TAGS LOG: build daprd and scheduler from Dapr's published Go module.
set -eu
log=$5
work="$2.build"
rm -rf "$work" "$2.new"
mkdir -p "$work" "$2.new"
cp "$1/go.mod" "$1/go.sum" "$work/"
cd "$work"
export CGO_ENABLED=0
flags="-s -w -X github.com/dapr/dapr/pkg/buildinfo.version=$3 -X github.com/dapr/kit/logger.DaprVersion=$3"
{
  echo "downloading modules"
  go mod download
  for program in daprd scheduler; do
    echo "building $program"
    go build -v -mod=readonly -trimpath -tags "$4" -ldflags "$flags" -o "$2.new/$program" "github.com/dapr/dapr/cmd/$program"
  done
  echo "finished"
} > "$log" 2>&1
cd /
rm -rf "$work" "$2"
mv "$2.new" "$2"
