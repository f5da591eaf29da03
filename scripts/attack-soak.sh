#!/usr/bin/env bash
# Attacks a node in every known way at once, for ten minutes (or as many seconds as the first argument
# says; with TLS if the second is "tls"), beside 200 clients that behave, and prints what they notice
# of it. Needs Maven and a JDK. Its status is 1 if a message or a client of theirs was lost, or if
# their p99 was more than three times that of the quiet first third: on a machine that has nothing
# else to do, for otherwise ATTACKS=none, no attack at all, fails too. ATTACKS='slow heads|bombs' does
# those alone.
set -euo pipefail

cd "$(dirname "$0")/.."
ulimit -n 20000 2>/dev/null || true
classpath=$(mktemp)
trap 'rm -f "$classpath"' EXIT

mvn -q -pl framework test-compile -Djacoco.skip
mvn -q -pl framework dependency:build-classpath -DincludeScope=test -Dmdep.outputFile="$classpath"

"${JAVA_HOME:+$JAVA_HOME/bin/}java" -Xmx512m -Dorg.slf4j.simpleLogger.defaultLogLevel=error \
  -cp "framework/target/test-classes:framework/target/classes:$(cat "$classpath")" \
  dev.hawser.soak.AttackSoak "${1:-600}" "${2:-plain}"
