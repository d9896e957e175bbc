#!/usr/bin/env bash
# The demo, rebuilt and restarted when a file changes. With watchexec or cargo-watch
# installed they do the watching; otherwise this looks once a second.
# While a change does not compile, the last good build goes on running.
set -euo pipefail
cd "$(dirname "$0")/.."

watched=()
for path in src templates static migrations Cargo.toml Cargo.lock; do
  if [ -e "$path" ]; then watched+=("$path"); fi
done

if command -v watchexec >/dev/null 2>&1; then
  echo "dev: watching with watchexec"
  exec watchexec --restart --stop-signal SIGTERM --stop-timeout 15s \
    "${watched[@]/#/--watch=}" -- cargo run --locked -- demo
fi
if command -v cargo-watch >/dev/null 2>&1; then
  echo "dev: watching with cargo-watch"
  exec cargo watch "${watched[@]/#/--watch=}" --exec 'run --locked -- demo'
fi

stamp=$(mktemp)
demo=

stop() {
  if [ -n "$demo" ]; then
    kill -TERM "$demo" 2>/dev/null || true
    wait "$demo" 2>/dev/null || true
    demo=
  fi
}
trap 'stop; rm -f "$stamp"' EXIT
trap 'exit 0' INT TERM

# Folders count as well: their time changes when a file in them is added or removed.
changed() { [ -n "$(find "${watched[@]}" -newer "$stamp" -print 2>/dev/null | head -n 1)" ]; }

build() {
  touch "$stamp"
  if ! cargo build --locked; then
    echo "dev: the build failed; waiting for the next change"
    return
  fi
  # Nothing that counts has changed (an editor's swap file, say): leave the demo alone.
  if [ -n "$demo" ] && ! [ "${CARGO_TARGET_DIR:-target}/debug/patchbay" -nt "$stamp" ]; then
    return
  fi
  stop
  # cargo becomes the program that it runs, so this pid is the demo's own.
  cargo run --locked --quiet -- demo &
  demo=$!
}

echo "dev: watching ${watched[*]}; Ctrl-C ends it"
build
while sleep 1; do
  if [ -n "$demo" ] && ! kill -0 "$demo" 2>/dev/null; then
    echo "dev: the demo ended; waiting for the next change"
    demo=
  fi
  if changed; then build; fi
done
