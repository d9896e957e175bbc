#!/usr/bin/env bash
# Renders every page in every state, and checks each: its HTML by the Nu validator, its accessibility by axe-core in
# Chromium, light and dark. Needs Node, npm and Java; says so and passes where one of them is missing, so that the tests
# in Rust need nothing but Rust. What npm installs is written in package-lock.json and stays in this folder.
set -euo pipefail
cd "$(dirname "$0")/../.."

for program in node npm java; do
  if ! command -v "$program" >/dev/null 2>&1; then
    echo "pages: $program is not installed, so the HTML and the accessibility of the pages were not checked"
    exit 0
  fi
done

pages=${CARGO_TARGET_DIR:-target}/pages
rm -rf "$pages"
mkdir -p "$pages"
pages=$(cd "$pages" && pwd)
echo "pages: rendering every page in every state"
PATCHBAY_TEST_PAGES="$pages" "${CARGO:-cargo}" test --lib --locked --quiet -- samples

cd tests/pages
# Downloads nothing but the packages: no browser, no Java.
npm ci --ignore-scripts --no-audit --no-fund --silent
node check.mjs "$pages"
