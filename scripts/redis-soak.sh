#!/usr/bin/env bash
# Runs two nodes on one Redis for ten minutes (or as many seconds as the argument says) while links
# are cut and frozen and the server is killed, and prints what is left at the end. Needs Maven and a
# JDK; starts its own Redis. Its status is 1 if anything is left that no client holds.
set -euo pipefail

cd "$(dirname "$0")/.."
classpath=$(mktemp)
trap 'rm -f "$classpath"' EXIT

mvn -q -pl framework test-compile -Djacoco.skip
mvn -q -pl framework dependency:build-classpath -DincludeScope=test -Dmdep.outputFile="$classpath"

"${JAVA_HOME:+$JAVA_HOME/bin/}java" -Xmx512m -Dorg.slf4j.simpleLogger.defaultLogLevel=error -Dorg.slf4j.simpleLogger.log.dev.hawser.Server=error \
  -cp "framework/target/test-classes:framework/target/classes:$(cat "$classpath")" \
  dev.hawser.soak.RedisSoak "${1:-600}"
