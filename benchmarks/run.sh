#!/usr/bin/env bash
# Builds and runs the benchmarks: servers on core 0, the load generator on core 1.
#   benchmarks/run.sh [OPTIONS]          runs them, prints tables, writes benchmarks/target/results.json
#   benchmarks/run.sh --help             lists the options
#   benchmarks/run.sh publish FILE...    puts results into docs/benchmarks.md and docs/benchmarks.svg
# What is not on the machine is left out, with a line that says so.
set -euo pipefail
cd "$(dirname "$0")/.."

mvn -q -pl framework,benchmarks -DskipTests -Dspotless.check.skip -Denforcer.skip -Djacoco.skip \
  -Dmaven.javadoc.skip prepare-package
java="${JAVA_HOME:+$JAVA_HOME/bin/}java"
# Jars, because a JVM makes no AOT cache of classes in directories.
libraries=$(cat benchmarks/target/classpath.txt)
hawser=$(tr : '\n' <<<"$libraries" | grep '/framework/target/')
"${java%java}jar" --create --file benchmarks/target/hawser.jar -C "$hawser" .
"${java%java}jar" --create --file benchmarks/target/benchmarks.jar -C benchmarks/target/unchecked-classes .
classpath="$PWD/benchmarks/target/benchmarks.jar:${libraries/"$hawser"/"$PWD/benchmarks/target/hawser.jar"}"
results=benchmarks/target/results.json

if [ "${1:-}" = publish ]; then
  exec "$java" -cp "$classpath" dev.hawser.benchmarks.results.Publish docs "${@:2}"
fi

if command -v npm >/dev/null && [ ! -d benchmarks/peers/node_modules ]; then
  (cd benchmarks/peers && npm ci --no-audit --no-fund --silent)
fi

ulimit -n "$(ulimit -Hn)"
pin=() server=()
if command -v taskset >/dev/null && [ "$(nproc)" -ge 2 ]; then
  pin=(taskset -c 1) server=(-Dserver.core=0)
else
  echo "One processor, or no taskset: servers and generator compete; the figures say little." >&2
fi
exec "${pin[@]}" "$java" -Xms2g -Xmx2g -Xmn1g -XX:+UseSerialGC \
  -Dio.netty.buffer.checkBounds=false -Dio.netty.buffer.checkAccessible=false \
  -Dorg.slf4j.simpleLogger.defaultLogLevel=warn \
  -Dbenchmarks.home="$PWD/benchmarks" \
  -Dhawser.commit="$(git describe --always --dirty 2>/dev/null || echo unknown)" \
  "${server[@]}" -cp "$classpath" dev.hawser.benchmarks.Benchmarks --out "$results" "$@"
