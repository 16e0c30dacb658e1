#!/usr/bin/env bash
# Shows how long fastun's threads wait for a CPU once they could run, and how long they sleep.
set -euo pipefail
tool=latency
# shellcheck source=perf/lib.sh
source "$(dirname "${BASH_SOURCE[0]}")/lib.sh"

usage() {
  cat <<'TEXT'
USAGE: perf/latency.sh [--seconds S] [--schedstat] [LOAD OPTION …]
       perf/latency.sh [--seconds S] [--schedstat] --pid PID

For each thread of fastun: how often it was woken, how long it then waited until it ran (mean, median, 99th
percentile, longest), how long its runs were, and how much of the time it ran. Waiting is the scheduler's
and the neighbours' part of a packet's latency: nothing in fastun shortens it but fewer wake-ups.

  (no --pid)   two fastuns of its own with a load between them; LOAD OPTION is any of 'Benchmarks load
               --help'; --rate 1000 shows a tunnel that is nearly idle
  --pid PID    a fastun that runs already
  --seconds S  how long (default 5)
  --schedstat  means only, from /proc/PID/task/*/schedstat: without tracepoints, and without their cost;
               taken by itself where there are none

Exit status: 0 done, 64 usage, 69 something is missing, 77 not root.
TEXT
}

seconds=5 pid='' schedstat=no
take_options 'seconds pid' schedstat "$@"
check_options

need_root
if [ "$schedstat" = no ] && ! perf stat -e sched:sched_switch true >/dev/null 2>&1; then
  complain "no perf, or no tracepoints: means from /proc/PID/task/*/schedstat"
  schedstat=yes
fi

# Each thread's number, its name and the site's, and schedstat: run time, waiting time (ns), runs so far.
snapshot() { # PID …
  local process task site
  for process in "$@"; do
    site=''
    [ -n "$pid" ] || site=$([ "$process" = "$a" ] && echo 'a ' || echo 'b ')
    for task in "/proc/$process/task/"*; do
      [ -r "$task/schedstat" ] || continue
      printf '%s\t%s\t%s\n' "${task##*/}" "$site$(cat "$task/comm")" "$(cat "$task/schedstat")"
    done
  done
}

report_schedstat() { # FILES BEFORE AND AFTER
  awk -F '\t' -v seconds="$seconds" '
    BEGIN { printf "| %-7s | %-12s | %9s | %12s | %12s | %6s |\n|---------|--------------|----------:|-------------:|-------------:|-------:|\n",
        "thread", "name", "runs/s", "mean wait us", "mean run us", "busy %" }
    { split($3, now, " ") }
    FNR == NR { run[$1] = now[1]; waited[$1] = now[2]; runs[$1] = now[3]; next }
    { n = now[3] - runs[$1]
      if (n > 0) printf "| %-7d | %-12s | %9.0f | %12.1f | %12.1f | %6.1f |\n", $1, $2, n / seconds,
        (now[2] - waited[$1]) / n / 1e3, (now[1] - run[$1]) / n / 1e3, (now[1] - run[$1]) / seconds / 1e7 }
  ' "$1" "$2"
}

# From wake-ups and switches: when a thread could run, when it did, when it stopped.
report_events() {
  perf script -i "$work/data" --ns -F comm,tid,time,event,trace 2>"$work/script.errors" \
    | python3 "$root/perf/waits.py" --threads "$work/threads"
}

recorder=(perf record -q -e sched:sched_switch -e sched:sched_wakeup -a -o "$work/data")

watch=()
if [ -n "$pid" ]; then
  need_fastun "$pid"
  watch=("$pid")
else
  need_benchmarks
  # Without events the threads are read at the end: the traffic must then go on a little longer.
  start_load --seconds $((seconds + $([ "$schedstat" = yes ] && echo 2 || echo 0))) "${options[@]}"
  watch=("$a" "$b")
fi
snapshot "${watch[@]}" >"$work/threads"

if [ "$schedstat" = yes ]; then
  # While the traffic flows: at its end the fastuns are gone.
  [ -n "$pid" ] || start_traffic
  sleep "$seconds"
  snapshot "${watch[@]}" >"$work/after"
  report_schedstat "$work/threads" "$work/after"
  exit 0
fi

need python3 python3
if [ -n "$pid" ]; then
  "${recorder[@]}" -- sleep "$seconds"
else
  start_perf recorder "${recorder[@]}"
  go
  stop_perf recorder
fi
report_events
