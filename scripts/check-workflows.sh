#!/usr/bin/env bash
# Checks .github/workflows with actionlint (needs Go) and zizmor (needs Python), offline once they are installed. They are
# installed on the first run, into a cache outside the repository. Says so where one cannot be.
set -uo pipefail
cd "$(dirname "$0")/.."
actionlint=1.7.12
zizmor=1.32.0
cache="${XDG_CACHE_HOME:-$HOME/.cache}/lorank-ci"
mkdir -p "$cache"
status=0

program="$cache/actionlint-$actionlint/actionlint"
if [ ! -x "$program" ] && command -v go >/dev/null; then
  GOFLAGS=-mod=mod GOBIN="$cache/actionlint-$actionlint" timeout 120 \
    go install "github.com/rhysd/actionlint/cmd/actionlint@v$actionlint" 2>/dev/null
fi
if [ -x "$program" ]; then
  "$program" || status=1
else
  echo "actionlint could not be installed (it needs Go): the workflows are not checked with it"
fi

folder="$cache/zizmor-$zizmor"
if [ ! -x "$folder/bin/zizmor" ]; then
  timeout 120 python3 -m pip install --quiet --disable-pip-version-check --root-user-action=ignore --only-binary=:all: --target "$folder" \
    "zizmor==$zizmor" >&2
fi
if [ -x "$folder/bin/zizmor" ]; then
  "$folder/bin/zizmor" --offline --no-progress --quiet --persona=pedantic .github || status=1
else
  echo "zizmor could not be installed (it needs Python with pip): the workflows are not checked with it"
fi

exit "$status"
