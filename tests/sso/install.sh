#!/usr/bin/env bash
# Installs the OpenID Connect issuer that the tests of single sign-on sign in at: what package-lock.json names, into this
# folder, unless it is there. Needs Node and npm.
set -euo pipefail
cd "$(dirname "$0")"

wanted=$(sha256sum package-lock.json 2>/dev/null || shasum -a 256 package-lock.json)
if [ "$(cat node_modules/.installed 2>/dev/null)" != "$wanted" ]; then
  echo "sso: installing an OpenID Connect issuer (npm ci)"
  npm ci --ignore-scripts --no-audit --no-fund --silent
  echo "$wanted" >node_modules/.installed
fi
