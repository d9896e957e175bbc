#!/usr/bin/env bash
# Installs what is missing, says what it does, and does nothing when all is there.
#
#   scripts/setup.sh build   Rust, a C compiler and make
#   scripts/setup.sh demo    the same, and redis-server or valkey-server (the default)
#   scripts/setup.sh test    the same, Chromium with chromedriver, Node with npm, and on Linux libfaketime
#
# Debian and Ubuntu: apt, with sudo when not root. macOS: Homebrew. Elsewhere it names
# what to install and ends with 1.
set -euo pipefail

say() { printf 'setup: %s\n' "$*"; }
fail() {
  printf 'setup: %s\n' "$@" >&2
  exit 1
}
has() { command -v "$1" >/dev/null 2>&1; }

purpose=${1:-demo}
case $purpose in
  build) needs="compiler" ;;
  demo) needs="compiler redis" ;;
  test) needs="compiler redis browser driver node npm faketime" ;;
  *) fail "unknown purpose '$purpose': use build, demo or test" ;;
esac

# Each need has a check, a name for people, and a package in each package manager.

present() {
  case $1 in
    # On a Mac /usr/bin/cc is there even when the tools behind it are not.
    compiler) if [ "$(uname -s)" = Darwin ]; then xcode-select -p >/dev/null 2>&1; else has cc && has make; fi ;;
    # Tests start it by its name, as a Sentinel and a node of a Cluster too.
    redis) has redis-server || { [ "$purpose" != test ] && has valkey-server; } ;;
    browser)
      has chromium || has chromium-browser || has google-chrome || has google-chrome-stable ||
        [ -d "/Applications/Google Chrome.app" ] || [ -d "/Applications/Chromium.app" ]
      ;;
    driver) has chromedriver || has chromium.chromedriver ;;
    node) has node ;;
    npm) has npm ;;
    # Clocks are made to jump on Linux alone.
    faketime) [ "$(uname -s)" != Linux ] || has faketime ;;
  esac
}

name() {
  case $1 in
    compiler) echo "a C compiler (cc) and make" ;;
    redis) echo "redis-server or valkey-server" ;;
    browser) echo "Chromium or Chrome" ;;
    driver) echo "chromedriver, of the browser's version" ;;
    node) echo "Node 18 or newer" ;;
    npm) echo "npm" ;;
    faketime) echo "faketime, with its library" ;;
  esac
}

missing() {
  local need
  for need in $needs; do
    present "$need" || echo "$need"
  done
}

list() {
  local need text=""
  for need in "$@"; do
    text="${text:+$text; }$(name "$need")"
  done
  echo "$text"
}

as_root() {
  if [ "$(id -u)" -eq 0 ]; then
    "$@"
  else
    say "running as root: $*"
    sudo "$@"
  fi
}

apt_has() { [ -n "$(apt-cache show --no-all-versions "$1" 2>/dev/null)" ]; }

apt_package() {
  case $1 in
    compiler) echo "gcc libc6-dev make" ;;
    redis) if apt_has redis-server; then echo redis-server; else echo valkey-server; fi ;;
    # Debian packages the browser itself; Ubuntu's packages fetch the snap.
    browser) if apt_has chromium-driver; then echo chromium; else echo chromium-browser; fi ;;
    driver) if apt_has chromium-driver; then echo chromium-driver; else echo chromium-chromedriver; fi ;;
    node) echo nodejs ;;
    npm) echo npm ;;
    faketime) echo faketime ;;
  esac
}

install_by_apt() {
  local need packages=""
  if [ "$(id -u)" -ne 0 ] && ! has sudo; then
    fail "installing needs root, and sudo is not here." "Run this as root once: scripts/setup.sh $purpose"
  fi
  say "reading the package lists (apt-get update)"
  if ! as_root apt-get update -qq -o DPkg::Lock::Timeout=120; then
    say "apt-get update failed: is the network there, and is every entry of /etc/apt/sources.list* reachable?"
    say "going on with the lists that are here"
  fi
  for need in "$@"; do
    packages="$packages $(apt_package "$need")"
  done
  say "installing$packages (apt-get install)"
  # shellcheck disable=SC2086 # a list of package names
  as_root env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends \
    -o DPkg::Lock::Timeout=120 $packages ||
    fail "apt-get could not install:$packages" "Its message stands above. Install them by hand, then run this again."

  # The package may start a server of its own on port 6379. Patchbay does not use it:
  # it starts a private one. Stopping a service is the machine owner's decision.
  case $packages in
    *redis-server* | *valkey-server*)
      if has systemctl && systemctl is-active --quiet redis-server valkey-server 2>/dev/null; then
        say "the package also started a system service, which Patchbay does not need."
        say "to stop it: sudo systemctl disable --now redis-server (or valkey-server)"
      fi
      ;;
  esac
}

install_by_brew() {
  local need
  for need in "$@"; do
    case $need in
      compiler) fail "the command line tools are missing. Install them with: xcode-select --install" ;;
      redis) say "installing redis (brew install)" && brew install redis ;;
      browser) say "installing Google Chrome (brew install --cask)" && brew install --cask google-chrome ;;
      driver) say "installing chromedriver (brew install --cask)" && brew install --cask chromedriver ;;
      # npm is part of it.
      node | npm) say "installing node (brew install)" && brew install node ;;
    esac || fail "brew could not install $(name "$need"). Install it by hand, then run this again."
  done
}

# Rust first: it is the one thing that is not installed for you.
if ! has cargo; then
  fail "Rust is missing. Install it as https://rustup.rs says:" \
    "  curl --proto '=https' --tlsv1.2 -sSf https://sh.rustup.rs | sh" \
    "then open a new shell and run this again."
fi
cd "$(dirname "$0")/.."
# With rustup this call also installs the toolchain that rust-toolchain.toml names.
if ! rust=$(cargo --version); then
  fail "cargo does not start. With rustup, 'rustup toolchain install' in this folder may help."
fi

# One need a line; none of them contains a space.
# shellcheck disable=SC2046
set -- $(missing)
if [ $# -eq 0 ]; then
  say "everything for '$purpose' is here ($rust)"
  exit 0
fi

say "missing: $(list "$@")"
if has apt-get; then
  install_by_apt "$@"
elif has brew; then
  install_by_brew "$@"
else
  fail "no apt-get and no brew here. Install these, then run this again: $(list "$@")"
fi

hash -r
# Snaps put their programs here; a shell that was open before does not know it.
if [ -d /snap/bin ]; then PATH="$PATH:/snap/bin"; fi
# shellcheck disable=SC2046
set -- $(missing)
if [ $# -gt 0 ]; then
  fail "still missing after the installation: $(list "$@")" \
    "(On Ubuntu, Chromium is a snap and needs a running snapd; Google's Chrome with its chromedriver does as well.)"
fi
say "done: everything for '$purpose' is here ($rust)"
