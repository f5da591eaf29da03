#!/bin/sh
# 10,000 idle, subscribed sockets and one broadcast to all of them: memory per connection, no loss.
# Usage: benchmarks/idle-connections.sh [CONNECTIONS] [PORT]
set -eu
cd "$(dirname "$0")/.."
mvn -q -pl benchmarks -am -DskipTests -Dspotless.check.skip -Denforcer.skip -Dmaven.javadoc.skip prepare-package
classpath="benchmarks/target/classes:$(cat benchmarks/target/classpath.txt)"
ulimit -n "$(ulimit -Hn)"
exec "${JAVA_HOME:+$JAVA_HOME/bin/}java" -Xmx1g -cp "$classpath" \
  dev.hawser.benchmarks.IdleConnections "${1:-10000}" "${2:-9400}"
