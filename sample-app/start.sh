#!/usr/bin/env bash
# Starts the sample application after `mvn package`, warm: with classes that an earlier run has loaded, linked
# and, from Java 25 on, profiled. The first start trains such a run, which takes half a minute; so does one
# behind a new build or with another JDK. The settings of sample-app/README.md apply, and JAVA_OPTS.
#   sample-app/start.sh           starts it
#   sample-app/start.sh --train   only makes the cache, for example while an image is built
set -euo pipefail
cd "$(dirname "$0")"

java="${JAVA_HOME:+$JAVA_HOME/bin/}java"
application=$(ls target/hawser-sample-app-*.jar 2>/dev/null | grep -v -e -sources -e -javadoc | head -n 1)
[ -n "$application" ] || { echo "There is no target/hawser-sample-app-*.jar: run mvn package first." >&2; exit 1; }
# shellcheck disable=SC2206 # options are separated by spaces
chat=(${JAVA_OPTS:-} -p "$application:target/lib" -m dev.hawser.sample/dev.hawser.sample.Main)

version=$("$java" -XshowSettings:properties -version 2>&1 | sed -n 's/^ *java.vm.version = //p' | tr -c 'A-Za-z0-9.\n' '-')
cache="target/start-$version.cache"
if [ "${version%%[^0-9]*}" -ge 25 ]; then
  make="-XX:AOTCacheOutput=$cache" use="-XX:AOTCache=$cache"
else
  make="-XX:ArchiveClassesAtExit=$cache" use="-XX:SharedArchiveFile=$cache"
fi

# Runs it on a free port with an empty database, until it is warm, and lets it write what it knows at its end.
train() {
  local data port
  data=$(mktemp -d)
  echo "Training a start with $version …" >&2
  env -u DATABASE_URL -u REDIS_URL PORT=0 DATA_DIR="$data" WARM_UP=60 "$java" "$make" "${chat[@]}" >"$data/out" 2>&1 &
  local pid=$!
  for _ in $(seq 600); do
    port=$(sed -n 's/.*chat is up: http:\/\/localhost:\([0-9]*\).*/\1/p' "$data/out")
    if [ -n "$port" ] && curl -fso /dev/null "http://localhost:$port/ready"; then break; fi
    kill -0 "$pid" 2>/dev/null || break
    sleep 0.2
  done
  kill "$pid" 2>/dev/null || true
  wait "$pid" || true
  [ -f "$cache" ] || { echo "No cache was written:" >&2; cat "$data/out" >&2; }
  rm -rf "$data"
}

if [ ! -f "$cache" ] || [ -n "$(find "$application" target/lib -newer "$cache" -name '*.jar' | head -n 1)" ]; then
  rm -f "$cache"
  train
fi
[ "${1:-}" = --train ] && exit
[ -f "$cache" ] && chat=("$use" "${chat[@]}")
exec "$java" "${chat[@]}"
