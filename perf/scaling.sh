#!/usr/bin/env bash
# Runs the benchmarks' suite `scale` and says what each further queue was worth.
set -euo pipefail
tool=scaling
# shellcheck source=perf/lib.sh
source "$(dirname "${BASH_SOURCE[0]}")/lib.sh"

usage() {
  cat <<'TEXT'
USAGE: perf/scaling.sh [--quick] [--json FILE]

Runs the benchmarks' suite scale, over 1, 2, 4 and 8 queues, and prints what each number of queues reached
against one queue and against the cores that it could use. Warns where the machine has too few cores to say
anything: both tunnels and the traffic's ends share them.

  --quick      a look, not a result
  --json FILE  take the results from this file of an earlier run, and run nothing

Exit status: 0 done, 64 usage, 69 something is missing, or FILE holds no such results, 77 not root.
TEXT
}

quick=() file=''
while [ $# -gt 0 ]; do
  case $1 in
    -h | --help) usage; exit 0 ;;
    --quick) quick=(--quick) ;;
    --json)
      [ -n "${2:-}" ] || fail 64 "--json needs a value"
      file=$2
      shift ;;
    *) usage >&2; exit 64 ;;
  esac
  shift
done

need python3 python3
if [ -z "$file" ]; then
  need_root
  need_benchmarks
  file=$work/results.json
  # By the names of its cases: a quick run leaves out what was not named so.
  "$benchmarks" --case queues queues-sealed "${quick[@]}" --output "$work" >"$work/report" ||
    fail 69 "the benchmarks failed"
fi
{ [ -f "$file" ] && [ -r "$file" ]; } || fail 69 "there is no file $file"
python3 "$root/perf/scaling.py" "$file" "$(nproc)"
