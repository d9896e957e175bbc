#!/usr/bin/env bash
# Fetches the packages of Debian that the image takes files from, and unpacks them into a folder: for any architecture, since
# nothing in them is run. Runs in the builder of the Dockerfile, as root.
#
#   scripts/image/packages.sh amd64|arm64 FOLDER
set -euo pipefail
architecture=$1 folder=$2

# redis-server is the embedded default; the certificates are for the providers.
wanted="redis-server ca-certificates base-files"

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
mkdir -p "$work/lists" "$work/archives/partial"
# As if nothing was installed, so that what is here already is fetched too.
apt() {
  apt-get -q -y \
    -o APT::Architecture="$architecture" -o APT::Architectures="$architecture" \
    -o APT::Sandbox::User=root -o Dir::State::status=/dev/null \
    -o Dir::State::lists="$work/lists" -o Dir::Cache::archives="$work/archives" "$@"
}
apt update
# shellcheck disable=SC2086 # a list of package names
apt install --download-only --no-install-recommends $wanted

# Who brought which file is noted as dpkg does, so that the image can tell what is in it.
info=$folder/var/lib/dpkg/info
mkdir -p "$info"
for package in "$work"/archives/*.deb; do
  name=$(dpkg-deb --field "$package" Package)
  dpkg-deb --extract "$package" "$folder"
  dpkg-deb --fsys-tarfile "$package" | tar -t | sed -e 's/^\.//' -e 's,/$,,' >"$info/$name.list"
  {
    dpkg-deb --field "$package"
    echo "Status: install ok installed"
  } >"$info/$name.control"
done
