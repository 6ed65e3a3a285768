#!/bin/sh
# format.sh DATA CLUSTER_ID CONFIG JAVA CLASSPATH: make a broker's data directory beside its place, then move it there.
set -eu
umask 027
cd "$(dirname "$1")"
rm -rf "$1.new"
mkdir "$1.new"
sed "s|^log.dirs=.*|log.dirs=$1.new|" "$3" > "$1.new.properties"
"$4" -Xmx128m -XX:TieredStopAtLevel=1 -Dlog4j2.level=warn -cp "$5" kafka.tools.StorageTool format --cluster-id "$2" --config "$1.new.properties"
rm "$1.new.properties"
mv "$1.new" "$1"
