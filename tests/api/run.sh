#!/usr/bin/env bash
# Checks the API against its own document: that it is OpenAPI 3.1 and its examples fit it, and, by requests made of it at
# random (schemathesis), that no answer is a server's error, undocumented or of another shape. They go to a demo of its
# own on this machine, whose stand-ins take them, and end by themselves. Needs Python 3.10 or newer with venv; says so
# and passes where it is missing, so that the tests in Rust need nothing but Rust.
#
#   tests/api/run.sh [EXAMPLES]   so many requests an operation and phase (50)
set -euo pipefail
cd "$(dirname "$0")/../.."

python=$(scripts/python.sh tests/api)
if [ -z "$python" ]; then
  echo "api: the API was not checked against its document"
  exit 0
fi

# The program as the tests have it; `cargo build` would compile most dependencies once more, without what tests add to them.
"${CARGO:-cargo}" test --no-run --test it --locked --quiet
"$python" tests/api/check.py "${CARGO_TARGET_DIR:-target}/debug/patchbay" "${1:-50}"
