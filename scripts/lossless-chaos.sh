#!/usr/bin/env bash
# Disturbs streams with history at random until ten million messages (or as many as the first argument
# says) have been delivered, four times: on one node, on three nodes whose Redis forgets when it is
# killed, on three whose Redis keeps, and on three whose Redis fails over to its replica. Every
# subscriber checks for itself that it gets a contiguous sequence or is told. Prints the figures and
# the seed, which the second argument may be. A third argument, memory, forgets, keeps or sentinel, runs
# one of the four alone; `nice -n 19` beside other load shows what becomes of it when nodes starve. Needs
# Maven and a JDK. Its status is 1 if a message was lost or doubled in silence.
set -euo pipefail

cd "$(dirname "$0")/.."
ulimit -n 20000 2>/dev/null || true
classpath=$(mktemp)
trap 'rm -f "$classpath"' EXIT

mvn -q -pl framework test-compile -Djacoco.skip
mvn -q -pl framework dependency:build-classpath -DincludeScope=test -Dmdep.outputFile="$classpath"

"${JAVA_HOME:+$JAVA_HOME/bin/}java" -Xmx1g -Dorg.slf4j.simpleLogger.defaultLogLevel=error \
  -cp "framework/target/test-classes:framework/target/classes:$(cat "$classpath")" \
  dev.hawser.chaos.LosslessChaos "$@"
