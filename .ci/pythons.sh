#!/usr/bin/env bash
# The quick tests of reading, resolving and answering on each newer Python that this machine has; those it lacks are named.
set -euo pipefail
cd "$(dirname "$0")/.."
for version in 3.12 3.13; do
  for python in "$(command -v "python$version" || true)" "${PYENV_ROOT:-$HOME/.pyenv}/versions/$version".*/bin/python; do
    [ -x "$python" ] && "$python" -c "" 2>/dev/null && break
    python=""
  done
  [ -n "$python" ] || { echo "Python $version: not on this machine, not tried"; continue; }
  echo "Python $version"
  venv=".venv/python$version"
  "$python" -m venv "$venv"
  "$venv/bin/python" -m pip install --quiet --disable-pip-version-check -c constraints.txt -r requirements-dev.txt
  "$venv/bin/python" -m pytest -q -n auto --dist worksteal -m "not browser and not faults and not slow" \
    regions/tests/api regions/tests/resolver regions/tests/intake
done
