#!/bin/sh
# fetch.sh TARGET JAVA_HOME: let Maven copy what the pom on stdin depends on into TARGET.
set -eu
umask 022
command -v mvn >/dev/null || {
  echo "Maven is needed once, to download Apache Kafka (Debian, Ubuntu: apt-get install maven; macOS: brew install maven)" >&2
  exit 1
}
[ -n "$2" ] && export JAVA_HOME="$2"
rm -rf "$1.new"
mkdir -p "$1.new"
cat > "$1.new/pom.xml"
mvn --quiet --batch-mode --file "$1.new/pom.xml" dependency:copy-dependencies -DoutputDirectory="$1.new/libs" -DincludeScope=runtime
mv "$1.new" "$1"
