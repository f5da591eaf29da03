#!/usr/bin/env bash
# Restarts two nodes of the sample application in turn, over a Redis and a database server, under 2,000
# clients that are signed in, behind a small load balancer. Prints how fast the clients came back and
# whether every callback has its counterpart. Needs Maven, a JDK, Node and about 20,000 open files;
# takes about a minute and a half. Its status is 1 if a promise of docs/deployment.md was broken.
# CLIENTS, DRAIN_RATE and OFFICIAL (every how many-th has Action Cable's own client) can be set.
set -euo pipefail

cd "$(dirname "$0")/.."
ulimit -n 20000 2>/dev/null || true

mvn -q -pl framework,client-js,sample-app,interop-tests package -DskipTests -Djacoco.skip -Dmaven.javadoc.skip

export CLIENTS=${CLIENTS:-2000} DRAIN_RATE=${DRAIN_RATE:-250} OFFICIAL=${OFFICIAL:-2}
node interop-tests/build/run.mjs test/rolling-restart.test.ts --disable-console-intercept --testTimeout 180000
