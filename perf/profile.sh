#!/usr/bin/env bash
# Shows where the time goes: a table by thread and kind of work, and a flame graph to click through.
#
# Samples all CPUs by the clock (cpu-clock), which needs no hardware counters: virtual machines seldom have
# any. A sample that falls where the kernel has interrupts off is taken when they are on again, so such
# stretches show at their ends. While the host runs somebody else (steal time), nothing is sampled.
set -euo pipefail
tool=profile
# shellcheck source=perf/lib.sh
source "$(dirname "${BASH_SOURCE[0]}")/lib.sh"

usage() {
  cat <<'TEXT'
USAGE: perf/profile.sh [--output FILE] [--frequency HZ] [--seconds S] [LOAD OPTION …]
       perf/profile.sh [...] --case NAME
       perf/profile.sh [...] --pid PID

Records a tunnel and says what its CPU time was spent on: own code, cipher, the kernel's copies, its network,
scheduler and wake-ups, entry of system calls, idling; for the lane of each side and the programs at the ends.
Writes a flame graph too: one SVG file for any browser, without a network. Click a box to make it as wide as
the picture, search for a function by its name.

  (neither)       two fastuns of its own with a load between them; LOAD OPTION is any of
                  'Benchmarks load --help': --plaintext, --queues N, --mode wire, --rate PPS …
                  Seconds are given per GB that was carried.
  --case NAME     the first fastun of that case of the benchmarks
  --pid PID       a fastun that runs already, and all else on this machine
  --output FILE   the flame graph (default: .build/flame.svg)
  --frequency HZ  samples per second and CPU (default 1997)
  --seconds S     how long (default 5)

Exit status: 0 done, 64 usage, 69 something is missing, 77 not root.
TEXT
}

output=$root/.build/flame.svg frequency=1997 seconds=5 case='' pid=''
take_options 'output frequency seconds case pid' '' "$@"
check_seconds
[[ $frequency =~ ^[1-9][0-9]{0,4}$ ]] || fail 64 "--frequency takes 1 to 99999"
if [ -n "$case$pid" ] && [ "${#options[@]}" -gt 0 ]; then
  fail 64 "${options[0]} is no option beside --case or --pid"
fi

# Known before anything is recorded.
[ -d "$(dirname "$output")" ] || [ "$output" = "$root/.build/flame.svg" ] \
  || fail 69 "$(dirname "$output") is no folder: --output names a file in one"
need_root
need python3 python3
need swift swift
need_perf
# By period: told a frequency, perf adapts, and samples that a busy host swallows would be misjudged.
sampler=(perf record -q -e cpu-clock -c $((1000000000 / frequency)) -a -g -o "$work/data")
roles=()

if [ -n "$pid" ]; then
  need_fastun "$pid"
  "${sampler[@]}" -- sleep "$seconds"
  roles=(--a "$pid")
  title="fastun, process $pid"
elif [ -n "$case" ]; then
  need_benchmarks
  # Longer than the recording: the case's slow start is not what is asked for.
  start_case "$case" $((seconds + 5))
  "${sampler[@]}" -- sleep "$seconds"
  if ! kill -0 "$a" 2>/dev/null || ! kill -0 "$b" 2>/dev/null; then
    fail 69 "the first fastun of case $case ended before $seconds s: take fewer --seconds, or the load options"
  fi
  roles=(--a "$a" --b "$b" --programs "$programs")
  mapfile -t -O "${#roles[@]}" roles < <(pgrep --parent "$programs" | grep -vxF -e "$a" -e "$b" || true)
  title="case $case"
else
  need_benchmarks
  start_load --seconds "$seconds" "${options[@]}"
  start_perf sampler "${sampler[@]}"
  go
  stop_perf sampler
  gigabytes=$(awk '$1 == "bytes" { print $2 / 1e9 }' "$work/load")
  roles=(--a "$a" --b "$b" --programs "$programs" --gigabytes "$gigabytes")
  title="fastun${options[*]:+, ${options[*]}}"
  awk '$1 == "bytes" { bytes = $2 } $1 == "seconds" { seconds = $2 }
    END { printf "%.2f GB in %.1f s, %.2f Gb/s\n", bytes / 1e9, seconds, bytes * 8 / 1e9 / seconds }' \
    "$work/load"
fi

# How much of the CPUs' time the samples stand for: the rest the host took.
perf script -i "$work/data" -F cpu,time 2>/dev/null | awk -v frequency="$frequency" -v cpus="$(nproc)" '
  { time = $2 + 0; if (first == "") first = time; last = time; samples++ }
  END {
    if (last > first) printf "%d samples, %.0f %% of the CPUs\047 time\n", samples,
      samples / frequency / (last - first) / cpus * 100
  }'
perf script -i "$work/data" -F comm,pid,tid,ip,sym,dso 2>"$work/script.errors" \
  | python3 "$root/perf/flame" --frequency "$frequency" --title "$title" --output "$output" "${roles[@]}"
echo "flame graph: $output"
