#!/usr/bin/env bash
# Replaces two nodes in turn under 2,000 clients behind a small proxy, and prints how fast the clients
# came back and whether every callback has its counterpart. Needs Maven, a JDK and about 20,000 open
# files; takes about half a minute. Its status is 1 if a promise of docs/deployment.md was broken.
set -euo pipefail

cd "$(dirname "$0")/.."
classpath=$(mktemp)
trap 'rm -f "$classpath"' EXIT
ulimit -n 20000 2>/dev/null || true

mvn -q -pl framework test-compile -Djacoco.skip
mvn -q -pl framework dependency:build-classpath -DincludeScope=test -Dmdep.outputFile="$classpath"

"${JAVA_HOME:+$JAVA_HOME/bin/}java" -Xmx512m -Dorg.slf4j.simpleLogger.defaultLogLevel=error -Dorg.slf4j.simpleLogger.log.dev.hawser.Server=error \
  -cp "framework/target/test-classes:framework/target/classes:$(cat "$classpath")" \
  dev.hawser.soak.RollingRestart
