#!/usr/bin/env bash
# Builds the release and its benchmarks and measures: `bash tests/bench/run.sh [MEASURE…]`, all by
# default. Prints a table and, as the last line, JSON. Settable: RUNS (5), SECONDS_EACH (5), SCRATCH
# (a folder on the disk to be measured), PROBE (a bare server to be compared with, started as
# `PROBE PORT DIR group 1`).
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
root=$(cd "$here/../.." && pwd)
. "$root/configs/packages.sh"
install_packages build test
[ -f "$root/build/release/build.ninja" ] ||
  cmake -S "$root" -B "$root/build/release" -G Ninja \
    -C "$root/configs/build/release.cmake" >/dev/null
ninja -C "$root/build/release" millrace millrace_bench >&2
exec python3 "$here/measure.py" "$root/build/release" "$@"
