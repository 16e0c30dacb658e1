#!/usr/bin/env bash
# Counts the system calls and io_uring operations that fastun needs for a packet and for a GB.
set -euo pipefail
tool=syscalls
# shellcheck source=perf/lib.sh
source "$(dirname "${BASH_SOURCE[0]}")/lib.sh"

usage() {
  cat <<'TEXT'
USAGE: perf/syscalls.sh [--seconds S] [LOAD OPTION …]
       perf/syscalls.sh [--seconds S] --pid PID

Counts system calls by name, and what goes through io_uring, of each side's fastun, and divides by the packets
and bytes that it carried.

  (no --pid)   two fastuns of its own with a load between them, by the counters that they print at their
               end; LOAD OPTION is any of 'Benchmarks load --help': --plaintext, --rate PPS, --engine poll …
  --pid PID    a fastun that runs already, by its device's counters, in which a super-packet is one packet
  --seconds S  how long (default 5)

Exit status: 0 done, 64 usage, 69 something is missing, 77 not root.
TEXT
}

seconds=5 pid=''
take_options 'seconds pid' '' "$@"
check_options

need_root
need_perf
need_tracepoints

# The calls of a lane by name; raw_syscalls has the sum. Names are the kernel's.
calls=(read readv writev sendmsg sendto recvmsg poll ppoll io_uring_enter ioctl clock_nanosleep)
events=raw_syscalls:sys_enter
for call in "${calls[@]}"; do
  [ -d "/sys/kernel/tracing/events/syscalls/sys_enter_$call" ] && events+=",syscalls:sys_enter_$call"
done
# io_uring_submit_req is what submissions are called from Linux 6.3 on.
for event in io_uring_submit_req io_uring_submit_sqe io_uring_complete io_uring_poll_arm; do
  [ -d "/sys/kernel/tracing/events/io_uring/$event" ] && events+=",io_uring:$event"
done

counter=(perf stat -x ';' -e "$events")

# One side's table: events, each over packets and GB.
report() { # FILE PACKETS BYTES WHAT
  awk -F ';' -v packets="$2" -v bytes="$3" -v what="$4" '
    BEGIN {
      printf "\n%s: %d packets, %.2f GB\n", what, packets, bytes / 1e9
      printf "| %-24s | %12s | %12s | %12s |\n", "call or operation", "count", "per packet", "per GB"
      printf "|--------------------------|-------------:|-------------:|-------------:|\n"
    }
    $1 ~ /^[0-9]+$/ && $1 > 0 {
      name = $3
      if (name == "raw_syscalls:sys_enter") name = "all system calls"
      sub(/^syscalls:sys_enter_/, "  ", name)
      sub(/^io_uring:io_uring_/, "io_uring ", name)
      printf "| %-24s | %12d | %12s | %12s |\n", name, $1, ratio($1, packets, 4), ratio($1, bytes / 1e9, 0)
    }
    function ratio(count, by, digits) { return by > 0 ? sprintf("%." digits "f", count / by) : "-" }
  ' "$1"
}

if [ -n "$pid" ]; then
  need_fastun "$pid"
  device_counters "$pid" >"$work/before" || fail 69 "process $pid has no tun device in its namespace"
  "${counter[@]}" -p "$pid" -o "$work/pid" -- sleep "$seconds"
  device_counters "$pid" >"$work/after" || fail 69 "process $pid has ended"
  read -r packets bytes < <(paste -d ' ' "$work/before" "$work/after" \
    | awk '{ print $5 + $6 - $1 - $2, $7 + $8 - $3 - $4 }')
  report "$work/pid" "$packets" "$bytes" "process $pid, both directions, as its device counts"
  exit 0
fi

need_benchmarks
start_load --seconds "$seconds" "${options[@]}"
for site in a b; do start_perf "$site" "${counter[@]}" -p "${!site}" -o "$work/$site"; done
go
for site in a b; do stop_perf "$site"; done
for site in a b; do
  column=$([ "$site" = a ] && echo 2 || echo 3)
  packets=$(($(load_counter packets_out "$column") + $(load_counter packets_in "$column")))
  bytes=$(($(load_counter bytes_out "$column") + $(load_counter bytes_in "$column")))
  report "$work/$site" "$packets" "$bytes" "fastun of $site, both directions, segments counted one by one"
done
