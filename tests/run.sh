#!/usr/bin/env bash
# Everything that has to hold, on a fresh machine: installs what the tests need, then format, lints, tests, and the sample's own check.
set -euo pipefail
cd "$(dirname "$0")/.."

# A browser looks at the finished pages.
as_root() { if [ "$(id -u)" = 0 ]; then "$@"; else sudo "$@"; fi; }
if ! command -v chromium >/dev/null || ! command -v chromedriver >/dev/null; then
    as_root apt-get update -qq
    as_root env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq chromium chromium-driver >/dev/null
fi

# Readers of what is exported are Python packages in an environment of their own, and axe-core comes by npm.
python_ready() { command -v python3 >/dev/null && python3 -c 'import ensurepip, venv' 2>/dev/null; }
if ! python_ready || ! command -v npm >/dev/null; then
    as_root apt-get update -qq
    as_root env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq python3 python3-venv npm >/dev/null
fi

cargo fmt --check
cargo clippy --all-targets --quiet -- -D warnings
cargo test --quiet
# The program that the tests have run: to build it once more without what tests alone need takes minutes.
"${CARGO_TARGET_DIR:-target}/debug/tiltyard" check --deny warnings
echo "everything holds"
