#!/usr/bin/env bash
# Makes an environment of Python in the target folder with what a folder's requirements.txt names, unless it is there, and prints
# the path of its interpreter. Prints nothing where Python 3.10 or newer with venv is not installed, and says so.
#
#   scripts/python.sh tests/api
set -euo pipefail
cd "$(dirname "$0")/.."
folder=$1
name=$(basename "$folder")

if ! python3 -c 'import sys, venv, ensurepip; sys.exit(sys.version_info < (3, 10))' 2>/dev/null; then
  echo "$name: Python 3.10 with venv is not installed" >&2
  exit 0
fi

environment=${CARGO_TARGET_DIR:-target}/$name-checks
wanted=$(sha256sum "$folder/requirements.txt" 2>/dev/null || shasum -a 256 "$folder/requirements.txt")
if [ "$(cat "$environment/requirements" 2>/dev/null)" != "$wanted" ]; then
  echo "$name: installing what $folder/requirements.txt names into $environment" >&2
  rm -rf "$environment"
  python3 -m venv "$environment"
  "$environment/bin/pip" install --quiet --disable-pip-version-check -r "$folder/requirements.txt" >&2
  echo "$wanted" >"$environment/requirements"
fi
echo "$environment/bin/python"
