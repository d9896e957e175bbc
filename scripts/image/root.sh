#!/usr/bin/env bash
# Gathers the image's files in a folder: Patchbay, redis-server, the shared libraries that these two name and no others, the
# certificates, and the little that a program finds in every system. No shell and no package manager. Nothing of it is run,
# so that it may be for another architecture. Needs readelf.
#
#   scripts/image/root.sh FROM PATCHBAY FOLDER
#
# FROM is a folder with Debian's packages, unpacked (packages.sh), or / for the files of this machine, as a test takes them.
set -euo pipefail
from=${1%/} patchbay=$2 folder=$3
user=10001

fail() {
  echo "root: $*" >&2
  exit 1
}

# Where a path leads within FROM: links in it may be absolute.
real() {
  local path=$1 next
  while [ -L "$from$path" ]; do
    next=$(readlink "$from$path")
    case $next in
      /*) path=$next ;;
      *) path=$(dirname "$path")/$next ;;
    esac
  done
  echo "$path"
}

# One file as it lies in FROM, at the same place.
take() {
  local at
  at=$(real "$1")
  [ -f "$from$at" ] || fail "there is no $1 in ${from:-/}"
  [ -e "$folder$1" ] || install -D -m "$(stat -c %a "$from$at")" "$from$at" "$folder$1"
  owners "$1" "$at"
}

# Whose a file is: its licence, and what scanners of images read.
owners() {
  local path list name
  for path in "$@"; do
    # Packages may still say /lib of what lies in /usr/lib.
    list=$(grep -lxF -e "$path" -e "${path#/usr}" "$from"/var/lib/dpkg/info/*.list 2>/dev/null | head -1) || continue
    name=$(basename "$list" .list)
    name=${name%%:*}
    mkdir -p "$folder/usr/share/doc/$name" "$folder/var/lib/dpkg/status.d"
    cp -L "$from/usr/share/doc/$name/copyright" "$folder/usr/share/doc/$name/" 2>/dev/null || true
    if [ -f "${list%.list}.control" ]; then
      cp "${list%.list}.control" "$folder/var/lib/dpkg/status.d/$name"
    fi
  done
}

library() {
  local place
  for place in {,/usr}/lib/"$(machine)"-linux-gnu /usr/lib64 /lib64 /usr/lib /lib; do
    if [ -e "$from$place/$1" ] || [ -L "$from$place/$1" ]; then
      echo "$place/$1"
      return
    fi
  done
  fail "there is no library $1 in ${from:-/}"
}

machine() {
  case $(readelf -h "$patchbay") in
    *X86-64*) echo x86_64 ;;
    *AArch64*) echo aarch64 ;;
    *) fail "$patchbay is for another machine than amd64 and arm64" ;;
  esac
}

# What a program needs to be loaded, and what that needs.
libraries() {
  local name path loader
  loader=$(readelf -lW "$1" | sed -n 's/.*Requesting program interpreter: \(.*\)]/\1/p')
  if [ -n "$loader" ]; then take "$loader"; fi
  for name in $(readelf -dW "$1" | sed -n 's/.*(NEEDED).*\[\(.*\)]/\1/p'); do
    path=$(library "$name")
    if [ ! -e "$folder$path" ]; then
      take "$path"
      libraries "$folder$path"
    fi
  done
}

rm -rf "$folder"
mkdir -p "$folder"
install -D -m 0755 "$patchbay" "$folder/usr/bin/patchbay"
libraries "$folder/usr/bin/patchbay"
take /usr/bin/redis-server
libraries "$folder/usr/bin/redis-server"

# The bundle as update-ca-certificates makes it.
bundle=$folder/etc/ssl/certs/ca-certificates.crt
mkdir -p "$(dirname "$bundle")"
if [ -f "$from/etc/ssl/certs/ca-certificates.crt" ]; then
  cp -L "$from/etc/ssl/certs/ca-certificates.crt" "$bundle"
else
  cat "$from"/usr/share/ca-certificates/mozilla/*.crt >"$bundle"
fi
owners /usr/sbin/update-ca-certificates
take /etc/os-release

echo "patchbay:x:$user:$user:Patchbay:/data:/nonexistent" >"$folder/etc/passwd"
echo "patchbay:x:$user:" >"$folder/etc/group"
echo "hosts: files dns" >"$folder/etc/nsswitch.conf"
install -d -m 1777 "$folder/tmp"
install -d -m 0700 "$folder/data"
# For the mounts of a system that runs it; an engine makes them itself.
mkdir -p "$folder/proc" "$folder/dev" "$folder/run"
if [ "$(id -u)" -eq 0 ]; then chown "$user:$user" "$folder/data"; fi

# The same files make the same layer, whenever it is built.
find "$folder" -exec touch -h -d "@${SOURCE_DATE_EPOCH:-0}" {} +
