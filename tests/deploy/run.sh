#!/usr/bin/env bash
# Checks the examples of deploy/: the Kubernetes manifests against the schemas of Kubernetes, the compose files against those
# of Compose, the unit by systemd, and that each gives Patchbay the time that it needs to end. Needs Python 3.10 or newer with
# venv; says so and passes where it is missing. What systemd and kubectl say is left out where they are.
set -euo pipefail
cd "$(dirname "$0")/../.."

python=$(scripts/python.sh tests/deploy)
if [ -z "$python" ]; then
  echo "deploy: the examples were not checked against their schemas"
  exit 0
fi
"$python" tests/deploy/check.py

if command -v systemd-analyze >/dev/null; then
  work=$(mktemp -d)
  trap 'rm -rf "$work"' EXIT
  # It wants the program to be there.
  sed "s,/usr/local/bin/patchbay,$(command -v true)," deploy/systemd/patchbay.service >"$work/patchbay.service"
  systemd-analyze verify "$work/patchbay.service"
  # In tenths; 10 is no protection at all.
  systemd-analyze security --offline=yes --threshold=20 "$work/patchbay.service" >"$work/said" 2>&1 || {
    cat "$work/said"
    exit 1
  }
  tail -1 "$work/said"
else
  echo "deploy: systemd-analyze is not here, so the unit was not checked"
fi

if command -v kubectl >/dev/null; then
  kubectl kustomize deploy/kubernetes >/dev/null
  echo "deploy: the kustomization renders"
fi
