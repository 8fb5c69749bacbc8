#!/usr/bin/env bash
# Gradescope runs this once, when it builds the image.
set -euo pipefail
cd /autograder/source
apt-get update -qq
apt-get install -y -qq python3 python3-venv
python3 -m venv .venv
# torch first and as its build without CUDA, which is a tenth of the size.
.venv/bin/pip install --quiet "torch==@TORCH@" --index-url https://download.pytorch.org/whl/cpu
.venv/bin/pip install --quiet -r requirements.txt
