#!/usr/bin/env bash
# Builds the framework's jar and its sources' jar once more, in another directory and time zone, and
# compares them byte by byte with those in framework/target, which the build has made: the same
# sources and the same JDK make the same jars. Needs Maven and a JDK; arguments go to Maven (-o).
# The compiler's checks are left out, because they take most of the time and change nothing.
set -euo pipefail

cd "$(dirname "$0")/.."
built=$PWD/framework/target
ls "$built"/hawser-*.jar >/dev/null 2>&1 || { echo "no jar in framework/target: mvn package makes it" >&2; exit 2; }
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

git ls-files -z --cached --others --exclude-standard .mvn pom.xml '*/pom.xml' framework/src/main |
  xargs -0 cp --parents -t "$work"
(cd "$work" && TZ=Asia/Kathmandu mvn -q -B "$@" -pl framework package -Prun \
  -Dmaven.test.skip -Dmaven.javadoc.skip -Dcyclonedx.skip </dev/null)

status=0
for again in "$work"/framework/target/run/*.jar; do
  name=$(basename "$again")
  if cmp -s "$again" "$built/$name"; then
    echo "the same again: $name"
  else
    status=1
    echo "$name is not the same again (is the one in framework/target older than the sources?):" >&2
    mkdir "$work/a" "$work/b"
    (cd "$work/a" && "${JAVA_HOME:+$JAVA_HOME/bin/}jar" xf "$built/$name")
    (cd "$work/b" && "${JAVA_HOME:+$JAVA_HOME/bin/}jar" xf "$again")
    diff -rq "$work/a" "$work/b" >&2 || true # No line: it is the order or the times of the entries.
    rm -rf "$work/a" "$work/b"
  fi
done
exit $status
