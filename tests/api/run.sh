#!/usr/bin/env bash
# Checks the API against its own document: that it is OpenAPI 3.1 and its examples fit it, and, by requests made of it at
# random (schemathesis), that no answer is a server's error, undocumented or of another shape. They go to a demo of its
# own on this machine, whose stand-ins take them, and end by themselves. Needs Python 3.10 or newer with venv; says so
# and passes where it is missing, so that the tests in Rust need nothing but Rust.
#
#   tests/api/run.sh [EXAMPLES]   so many requests an operation and phase (50)
set -euo pipefail
cd "$(dirname "$0")/../.."

if ! python3 -c 'import sys, venv, ensurepip; sys.exit(sys.version_info < (3, 10))' 2>/dev/null; then
  echo "api: Python 3.10 with venv is not installed, so the API was not checked against its document"
  exit 0
fi

target=${CARGO_TARGET_DIR:-target}
"${CARGO:-cargo}" build --locked --quiet
environment=$target/api-checks
wanted=$(sha256sum tests/api/requirements.txt 2>/dev/null || shasum -a 256 tests/api/requirements.txt)
if [ "$(cat "$environment/requirements" 2>/dev/null)" != "$wanted" ]; then
  echo "api: installing schemathesis into $environment"
  rm -rf "$environment"
  python3 -m venv "$environment"
  "$environment/bin/pip" install --quiet --disable-pip-version-check -r tests/api/requirements.txt
  echo "$wanted" >"$environment/requirements"
fi
"$environment/bin/python" tests/api/check.py "$target/debug/patchbay" "${1:-50}"
