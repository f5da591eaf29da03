#!/usr/bin/env bash
# Fuzzes each entrance of the framework (handshakes, frames, commands and their order, messages of
# the bus) for ten minutes, or as long as the argument says (30s, 2h). A build does the same for some
# seconds. What it finds is written beside the seeds in framework/src/test/resources, and fails the
# next build, too; what is merely new is kept in framework/.cifuzz-corpus, where the next run goes on.
set -euo pipefail

cd "$(dirname "$0")/.."
export JAZZER_MAX_DURATION="${1:-10m}"

mvn -pl framework verify -Dfuzz.verbosity=1 -Dtest=None -Dsurefire.failIfNoSpecifiedTests=false -Dmaven.javadoc.skip -Djacoco.skip
