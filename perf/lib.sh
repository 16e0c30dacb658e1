# shellcheck shell=bash
# shellcheck disable=SC2034  # What is set here is used by those that source this.
# What the scripts in perf/, and Tests/Kernel/run.sh, share: complaints, tools, a tunnel with a load in it, and
# tidying up.
# Sourced; `tool` names the script that does.

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
benchmarks=$root/.build/release/Benchmarks
work=$(mktemp -d)
# Processes of ours that are to end with the script.
started=()

complain() { echo "${tool:-perf}: $*" >&2; }
fail() { # STATUS MESSAGE
  complain "$2"
  exit "$1"
}

# Ends what was started, and nothing else; namespaces go with the program that made them.
tidy() {
  local pid
  # Not INT: what a script starts in the background ignores it.
  for pid in "${started[@]}"; do kill -TERM "$pid" 2>/dev/null || true; done
  for pid in "${started[@]}"; do wait_for_end "$pid" || kill -KILL "$pid" 2>/dev/null || true; done
  rm -rf "$work"
}
trap tidy EXIT
trap 'exit 130' INT
trap 'exit 143' TERM

# Waits for the end of a child, 10 s at most; false where it did not end.
wait_for_end() { # PID
  local tries=0
  while kill -0 "$1" 2>/dev/null; do
    [ "$tries" -lt 200 ] || return 1
    tries=$((tries + 1))
    sleep 0.05
  done
}

# Reads a script's arguments: options that take a value and flags, by their names, go to variables of those
# names (a flag as "yes"); the rest is for the load, in `options`.
take_options() { # "NAMES WITH A VALUE" "FLAGS" ARGUMENT …
  local valued=" $1 " flags=" $2 " name
  shift 2
  options=()
  while [ $# -gt 0 ]; do
    name=" ${1#--} "
    if [ "$1" = -h ] || [ "$1" = --help ]; then
      usage
      exit 0
    elif [[ $1 == --* && $valued == *"$name"* ]]; then
      # Not an empty one either: as what a variable holds that nobody set, it would mean something else.
      [ -n "${2:-}" ] || fail 64 "$1 needs a value"
      declare -g "${1#--}=$2"
      shift
    elif [[ $1 == --* && $flags == *"$name"* ]]; then
      declare -g "${1#--}=yes"
    else
      options+=("$1")
    fi
    shift
  done
}

# shellcheck disable=SC2154  # Set by the script, or by take_options.
check_seconds() { [[ $seconds =~ ^[1-9][0-9]{0,3}$ ]] || fail 64 "--seconds takes 1 to 9999"; }

# What holds for the options of all that look at a tunnel of their own or at a running one.
# shellcheck disable=SC2154  # Set by the script, or by take_options.
check_options() {
  check_seconds
  [ -z "$pid" ] || [ "${#options[@]}" -eq 0 ] || fail 64 "${options[0]} is no option beside --pid"
}

need() { # TOOL PACKAGE
  command -v "$1" >/dev/null || fail 69 "$1 is missing: apt-get install $2"
}

need_root() { [ "$(id -u)" -eq 0 ] || fail 77 "only root sees what other processes do: sudo $0"; }

need_benchmarks() {
  [ -x "$benchmarks" ] || fail 69 "$benchmarks is not there: make build"
}

# perf's own complaints name the remedy (perf_event_paranoid, a missing tracefs); its chatter is left out.
need_perf() {
  need perf linux-perf
  perf stat -e cpu-clock true >"$work/perf" 2>&1 || fail 69 "perf does not work: $(cat "$work/perf")"
}

# Tracepoints are read through tracefs, which containers often lack.
need_tracepoints() {
  if ! perf stat -e raw_syscalls:sys_enter true >"$work/perf" 2>&1; then
    fail 69 "no tracepoints: mount -t tracefs none /sys/kernel/tracing ($(tail -1 "$work/perf"))"
  fi
}

# Starts a perf in the background; returns once it counts. Several may run, each under a name of its own.
start_perf() { # NAME COMMAND …
  local name=$1 answer=''
  shift
  mkfifo "$work/$name.control" "$work/$name.answers"
  "$@" --delay=-1 --control="fifo:$work/$name.control,$work/$name.answers" >"$work/$name.said" 2>&1 &
  started+=("$!")
  declare -g "perf_$name=$!"
  # It opens both ends to read and to write, so neither of these waits for long.
  echo enable >"$work/$name.control"
  read -r -t 20 answer <"$work/$name.answers" || true
  [[ $answer == ack* ]] || fail 69 "perf does not start: $(cat "$work/$name.said")"
}

# Ends it, so that its file is whole.
stop_perf() { # NAME
  local process=perf_$1
  kill -INT "${!process}" 2>/dev/null || true
  wait_for_end "${!process}" || fail 69 "perf does not end: $(cat "$work/$1.said")"
}

# --- A tunnel with a load: `Benchmarks load`, which see for the options. -------------------------------

# Starts it; sets a, b and programs, the process ids. Traffic waits for `go`.
start_load() { # OPTIONS OF Benchmarks load
  local line tries=0
  mkfifo "$work/go"
  "$benchmarks" load "$@" <"$work/go" >"$work/load" 2>"$work/load.errors" &
  load=$!
  started+=("$load")
  exec 3>"$work/go"
  # fastun may have to be built first.
  until grep -q '^ready ' "$work/load"; do
    kill -0 "$load" 2>/dev/null || load_failed
    [ "$tries" -lt 12000 ] || fail 69 "no tunnel after 10 minutes: $(cat "$work/load.errors")"
    tries=$((tries + 1))
    sleep 0.05
  done
  read -r line <"$work/load"
  read -r _ a b programs <<<"$line"
}

load_failed() {
  local status=0
  wait "$load" || status=$?
  # What names another command line's help leaves the script's own unsaid.
  [ "$status" -ne 64 ] || fail 64 "$(head -1 "$work/load.errors"): see '$0 --help'"
  fail "$((status == 0 ? 69 : status))" "no tunnel: $(cat "$work/load.errors")"
}

start_traffic() {
  echo go >&3
  exec 3>&-
}

# Lets the traffic go and waits for its end; counters are in $work/load then, as NAME A B.
go() {
  local status=0
  start_traffic
  wait "$load" || status=$?
  [ "$status" -eq 0 ] || fail 69 "the load failed: $(cat "$work/load.errors")"
}

# A counter of the load: of a (2), of b (3).
load_counter() { # NAME COLUMN
  awk -v name="$1" -v column="$2" '$1 == name { print $column }' "$work/load"
}

# --- A case of the benchmarks ---------------------------------------------------------------------------

# Starts one; returns when a fastun of it carries traffic. Sets a, b and programs.
start_case() { # NAME SECONDS
  local tries=0
  "$benchmarks" --case "$1" --seconds "$2" --output "$work/results" >"$work/case" 2>&1 &
  programs=$!
  started+=("$programs")
  until carries_traffic; do
    kill -0 "$programs" 2>/dev/null || case_ended "$1"
    [ "$tries" -lt 12000 ] || fail 69 "no fastun with traffic after 10 minutes"
    tries=$((tries + 1))
    sleep 0.05
  done
}

case_ended() { # NAME
  local status=0
  wait "$programs" || status=$?
  [ "$status" -ne 64 ] || fail 64 "$(head -1 "$work/case")"
  fail 69 "case $1 ended: $(tail -5 "$work/case")"
}

# Whether two fastuns of the case have moved 10 MB or 10,000 packets; sets a and b.
carries_traffic() {
  local pids
  mapfile -t pids < <(pgrep --parent "$programs" --exact fastun | sort -n)
  [ "${#pids[@]}" -eq 2 ] || return 1
  a=${pids[0]} b=${pids[1]}
  device_counters "$a" >"$work/moved" || return 1
  awk '{ if ($1 + $2 > 10000 || $3 + $4 > 1e7) found = 1 } END { exit !found }' "$work/moved"
}

# Packets and bytes of a fastun's device so far: in packets, out packets, in bytes, out bytes. As the device
# counts them, where a super-packet is one.
device_counters() { # PID
  local name
  name=$(cat "/proc/$1/fdinfo/"* 2>/dev/null | awk '$1 == "iff:" { print $2; exit }')
  [ -n "$name" ] || return 1
  awk -F '[: ]+' -v name="$name" \
    '{ sub(/^ +/, "") } $1 == name { print $3, $11, $2, $10 }' "/proc/$1/net/dev"
}

# A running fastun, by its process id.
need_fastun() { # PID
  [ -d "/proc/$1" ] || fail 64 "there is no process $1"
  [ "$(cat "/proc/$1/comm")" = fastun ] || fail 64 "process $1 is no fastun"
}
