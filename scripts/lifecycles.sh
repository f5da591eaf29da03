#!/usr/bin/env bash
# Runs 100,000 random lives of connections under faults, or as many as the argument says, on either
# way to serve sockets, and checks that nothing is left of them. A build does the same with 320.
set -euo pipefail

cd "$(dirname "$0")/.."
mvn -q -pl framework test -Dtest=RandomLifecyclesTest -Djacoco.skip -DargLine="-Xmx1g -Dhawser.lifecycles=${1:-100000} -Dorg.slf4j.simpleLogger.defaultLogLevel=off -Dorg.slf4j.simpleLogger.log.dev.hawser.Server=off"
echo "${1:-100000} lives on either way to serve sockets: every callback has its counterpart, and nothing is left"
