#!/usr/bin/env bash
# Prints the licences of all crates that are linked into Patchbay for a target, and of the C code in them: each text once, after
# the names of those whose it is. Their sources must have been fetched, as a build does it.
#
#   scripts/image/licences.sh TARGET
set -euo pipefail
export LC_ALL=C
cd "$(dirname "$0")/../.."

sources=${CARGO_HOME:-$HOME/.cargo}/registry/src
texts=$(mktemp -d)
trap 'rm -rf "$texts"' EXIT

while read -r name version licence; do
  case $name in patchbay) continue ;; esac
  # There may be several indexes with the same crate.
  for folder in "$sources"/*/"$name-${version#v}"; do break; done
  [ -d "$folder" ] || {
    echo "licences: the source of $name $version is not in $sources" >&2
    exit 1
  }
  echo "$name ${version#v}: $licence"
  # Two folders deep lies the C code of others.
  find "$folder" -maxdepth 2 -type f \
    \( -iname 'licen[cs]e*' -o -iname 'copying*' -o -iname 'notice*' -o -iname 'copyright*' -o -iname 'unlicense*' \) \
    ! -name '*.rs' ! -name '*.toml' | sort | while read -r file; do
    sum=$(sha256sum < "$file" | cut -d ' ' -f 1)
    [ -e "$texts/$sum" ] || cp "$file" "$texts/$sum"
    echo "$name ${version#v}" >> "$texts/$sum.of"
  done
done < <(cargo tree --locked --edges normal --target "$1" --prefix none --format '{p} {l}' |
  sed -e 's/ (proc-macro)//' -e 's/ (\*)//' | sort -u)

for of in "$texts"/*.of; do
  printf '\n%s\n\n' "==== $(sort -u "$of" | paste -s -d , | sed 's/,/, /g')"
  cat "${of%.of}"
done
