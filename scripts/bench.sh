#!/usr/bin/env bash
# Measures the release build: its size, the time from its start until /health/ready
# answers 200, and its resident memory after five idle seconds; once with the embedded
# Redis, once with a Redis outside. Loopback only, everything in one temporary folder.
# Each start may take at most 30 seconds. RUNS=n sets the number of starts (default 5).
set -euo pipefail
export LC_ALL=C
cd "$(dirname "$0")/.."

runs=${RUNS:-5}
redis=$(command -v redis-server || command -v valkey-server) || {
  echo "bench: redis-server or valkey-server is missing; run scripts/setup.sh demo" >&2
  exit 1
}

echo "bench: building the release (slow the first time)"
cargo build --release --locked
program="$(cd "${CARGO_TARGET_DIR:-target}/release" && pwd)/patchbay"

folder=$(mktemp -d "${TMPDIR:-/tmp}/patchbay-bench.XXXXXX")
server= # the Patchbay that runs now
outside= # the Redis that runs now

stop() {
  if [ -n "$1" ]; then
    kill -TERM "$1" 2>/dev/null || true
    wait "$1" 2>/dev/null || true
  fi
}
clean_up() {
  stop "$server"
  stop "$outside"
  rm -rf "$folder"
}
trap clean_up EXIT
trap 'exit 1' INT TERM

# Milliseconds. bash knows the time from version 5 on; a Mac's older one asks perl.
now() {
  if [ -n "${EPOCHREALTIME:-}" ]; then
    local time=${EPOCHREALTIME/./}
    echo $((time / 1000))
  else
    perl -MTime::HiRes=time -e 'printf "%d\n", time * 1000'
  fi
}

listens() { (exec 3<>"/dev/tcp/127.0.0.1/$1") 2>/dev/null; }

free_port() {
  local port
  while :; do
    port=$((20000 + RANDOM % 20000))
    listens "$port" || break
  done
  echo "$port"
}

# The status line of /health/ready, without the need for curl.
ready() {
  local line=
  {
    exec 3<>"/dev/tcp/127.0.0.1/$1" &&
      printf 'GET /health/ready HTTP/1.1\r\nHost: localhost:%s\r\nConnection: close\r\n\r\n' "$1" >&3 &&
      read -r -t 2 line <&3
  } 2>/dev/null || true
  { exec 3>&-; } 2>/dev/null || true
  case $line in "HTTP/1.1 200"*) return 0 ;; *) return 1 ;; esac
}

key() { head -c "$1" /dev/urandom | base64 | tr -d '\n'; }
encryption="bench:$(key 32)"
session=$(key 64)

# Starts Patchbay with the given settings and nothing else from this shell; sets
# server and took. The folder is empty, so no .env and no patchbay.toml are read.
start() {
  local port begin waited
  port=$(free_port)
  begin=$(now)
  (
    cd "$folder"
    exec env -i PATH="$PATH" HOME="$folder" PATCHBAY_BIND="127.0.0.1:$port" \
      PATCHBAY_PUBLIC_URL="http://localhost:$port" PATCHBAY_DATA_DIR="$folder/data" \
      PATCHBAY_ENCRYPTION_KEYS="$encryption" PATCHBAY_SESSION_KEY="$session" \
      "$@" "$program" serve
  ) >"$folder/log" 2>&1 &
  server=$!
  until ready "$port"; do
    waited=$(($(now) - begin))
    if ! kill -0 "$server" 2>/dev/null || [ "$waited" -gt 30000 ]; then
      echo "bench: Patchbay was not ready after $waited ms. Its log ends:" >&2
      tail -n 20 "$folder/log" >&2
      exit 1
    fi
    sleep 0.01
  done
  took=$(($(now) - begin))
}

rss() { ps -o rss= -p "$1" | tr -d ' '; }
mebibytes() { awk -v kib="$1" 'BEGIN { printf "%.1f MiB", kib / 1024 }'; }

# Several starts in the same data folder, the first one in an empty one; then memory.
# Prints: first start, median of the starts, memory.
measure() {
  local run times="" first="" median memory
  for run in $(seq "$runs"); do
    start "$@"
    if [ "$run" -eq 1 ]; then first=$took; fi
    times="$times$took
"
    if [ "$run" -lt "$runs" ]; then
      stop "$server"
      server=
    fi
  done
  sleep 5
  memory=$(rss "$server")
  median=$(printf '%s' "$times" | sort -n | awk '{ t[NR] = $1 } END { print t[int((NR + 1) / 2)] }')
  summary="$first ms|$median ms|$(mebibytes "$memory")"
  stop "$server"
  server=
  rm -rf "$folder/data"
}

echo "bench: $runs starts with the embedded Redis"
measure
embedded=$summary

echo "bench: $runs starts with a Redis outside"
redis_port=$(free_port)
"$redis" --bind 127.0.0.1 --port "$redis_port" --save "" --appendonly no --dir "$folder" \
  --daemonize no >"$folder/redis.log" 2>&1 &
outside=$!
for _ in $(seq 100); do
  if listens "$redis_port"; then break; fi
  sleep 0.05
done
measure REDIS_URL="redis://127.0.0.1:$redis_port"
separate=$summary

row() { printf '%-16s %12s %12s %14s\n' "$@"; }
cells() {
  local first median memory
  IFS='|' read -r first median memory <<<"$2"
  row "$1" "$first" "$median" "$memory"
}
echo
printf 'binary: %s, %s\n\n' "$(wc -c <"$program" | awk '{ printf "%.1f MiB", $1 / 1048576 }')" "$(uname -sm)"
row "" "first start" "median start" "idle memory"
cells "embedded Redis" "$embedded"
cells "Redis outside" "$separate"
echo
echo "Memory is Patchbay's own, five seconds after the start; the Redis process is not counted."
