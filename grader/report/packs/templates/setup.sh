#!/usr/bin/env bash
# Gradescope runs this once, when it builds the image.
set -euo pipefail
cd /autograder/source
apt-get update -qq
# The kit needs Python 3.11; Ubuntu 22.04 comes with 3.10, and has a newer one beside it.
python=python3
for one in python@PYTHON@ python3.13 python3.12 python3.11; do
  if apt-get install -y -qq "$one" "$one-venv" >/dev/null 2>&1; then
    python=$one
    break
  fi
done
"$python" -c 'import sys; sys.exit(sys.version_info < (3, 11))' || {
  echo "Python 3.11 or later is needed: choose a newer base image." >&2
  exit 1
}
"$python" -m venv .venv
# torch first and as its build without CUDA, which is a tenth of the size.
.venv/bin/pip install --quiet "torch==@TORCH@" --index-url https://download.pytorch.org/whl/cpu
.venv/bin/pip install --quiet -r requirements.txt
