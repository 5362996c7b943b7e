#!/usr/bin/env bash
# Every gate: `bash tests/run.sh`. Installs what is missing, builds with ASan and UBSan, with TSan
# what holds no CAF, and the release with its benchmarks; runs the rungs in order, cheap ones first.
# The last line counts. `bash tests/run.sh nightly` adds the long cases, each named with its number,
# status and seconds.
set -uo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
root=$(dirname "$here")
cd "$root" || exit 2
mode=${1:-gates}
case $mode in
  gates | nightly) ;;
  *) echo "usage: bash tests/run.sh [nightly]" >&2; exit 2 ;;
esac
. configs/packages.sh

results=build/results
jobs=$(nproc)
export UBSAN_OPTIONS=print_stacktrace=1
export TSAN_OPTIONS="suppressions=$here/threads.supp second_deadlock_stack=1"
export CTEST_OUTPUT_ON_FAILURE=1

say() { printf '\n== %s (%s s)\n' "$1" "$SECONDS"; }

# build NAME [ninja target…]: configures configs/build/NAME.cmake once and builds.
build() {
  local name=$1
  shift
  if [ ! -f "build/$name/build.ninja" ]; then
    cmake -S . -B "build/$name" -G Ninja -C "configs/build/$name.cmake" \
      -DMILLRACE_BINARY="$root/build/release/millrace" \
      -DMILLRACE_SLOW_SERVER="$root/build/release/tests/support/slow_server" \
      -DMILLRACE_LATE_SERVER="$root/build/release/tests/support/late_server" \
      -DMILLRACE_DUMP_ROWS="$root/build/release/tests/support/dump_rows" \
      >"build/$name.log" 2>&1 ||
      { cat "build/$name.log"; return 1; }
  fi
  ninja -C "build/$name" "$@"
}

# gate BUILD LABEL [ctest argument…]: runs what carries the label; its counts go to build/results.
gate() {
  local name=$1 label=$2
  shift 2
  say "$label in build/$name"
  ctest --test-dir "build/$name" -L "^$label\$" --no-tests=error \
    --output-junit "$root/$results/$name-$label.xml" "$@" | sed '/^ *Start /d' || failed=1
}

mkdir -p "$results"
rm -f "$results"/*.xml
failed=0

install_packages build test || exit 1

say 'building the release'
build release millrace millrace_bench slow_server late_server dump_rows || exit 1

say 'building with AddressSanitizer and UndefinedBehaviorSanitizer'
build sanitized || exit 1
gate sanitized tidy
gate sanitized unit -j "$jobs"
gate sanitized storage -j "$jobs"
gate sanitized actors -j "$jobs"
gate sanitized http -j "$jobs"
gate sanitized contract
gate sanitized crash

say 'building with ThreadSanitizer'
build threads || exit 1
gate threads http -j "$jobs"

if [ "$mode" = nightly ]; then
  say 'nightly'
  python3 tests/nightly.py build/release/millrace "$results/nightly.xml" || failed=1
fi

say 'done'
python3 tests/count.py "$results" || failed=1
exit "$failed"
