#!/usr/bin/env bash
# Makes Rust ready to build for an architecture, by its name at Docker and at Debian: installs a linker and a C library for it
# where it is not this machine's own. Prints the target's name at Rust. Runs in the builder of the Dockerfile.
#
#   scripts/image/target.sh amd64|arm64
set -euo pipefail

case ${1:-} in
  amd64) target=x86_64-unknown-linux-gnu compiler=gcc-x86-64-linux-gnu ;;
  arm64) target=aarch64-unknown-linux-gnu compiler=gcc-aarch64-linux-gnu ;;
  *)
    echo "target: '${1:-}' is neither amd64 nor arm64" >&2
    exit 1
    ;;
esac

if [ "$(dpkg --print-architecture)" != "$1" ]; then
  {
    apt-get update
    apt-get install -y --no-install-recommends "$compiler" "libc6-dev-$1-cross"
    rm -rf /var/lib/apt/lists/*
    rustup target add "$target"
  } >&2
fi
echo "$target"
