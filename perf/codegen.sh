#!/usr/bin/env bash
# Proves from the machine code that the walk of a packet neither counts references nor allocates.
#
# Disassembles a release build of fastun, picks the functions that run while packets flow (a lane's
# turn, both directions, both engines, as the compiler specialised them) and fails where one of them
# calls the runtime for a retain, a release, an exclusivity check or memory. Functions of set-up and
# of the end (init, deinit, finish, failures) may do so and are left out.
#
# Fails too where such a function calls memcpy, memmove or memset more often than perf/copies.txt allows it:
# most of those that nobody wrote are the compiler's copies of a whole structure, hundreds of bytes for each
# packet or turn. The list gives the reason for each that is there.
#
# What the compiler inlined into a function is checked with it. What it calls is checked too where
# that is a function of the walk; the C library and liburing are taken on trust.
set -euo pipefail

usage() {
  cat <<'TEXT'
USAGE: perf/codegen.sh [--quiet] [BINARY]

  BINARY    a fastun with symbols (default: .build/release/fastun)
  --quiet   name only the functions at fault, not all that were looked at

Exit status: 0 nothing found, 1 something found, or a function that must be there is missing,
64 usage, 69 objdump or swift is missing, or BINARY, or it is no fastun.
TEXT
}

quiet=no given=''
binary=$(cd "$(dirname "$0")/.." && pwd)/.build/release/fastun
while [ $# -gt 0 ]; do
  case $1 in
    -h | --help) usage; exit 0 ;;
    --quiet) quiet=yes ;;
    -*) usage >&2; exit 64 ;;
    *)
      [ -z "$given" ] || { usage >&2; exit 64; }
      given=$1 binary=$1 ;;
  esac
  shift
done
for tool in objdump swift; do
  command -v "$tool" >/dev/null || { echo "codegen: $tool is missing" >&2; exit 69; }
done
[ -r "$binary" ] || { echo "codegen: $binary is not there: make build" >&2; exit 69; }

# Calls that a running lane must not make.
forbidden='swift_(nonatomic_)?(retain|release)(_n)?'
forbidden+='|swift_(bridgeObject|unknownObject)(Retain|Release)(_n)?'
forbidden+='|swift_beginAccess|swift_endAccess|swift_isUniquelyReferenced.*'
forbidden+='|swift_allocObject|swift_slowAlloc|swift_initStackObject|swift_allocError|swift_once'
forbidden+='|malloc|calloc|realloc|posix_memalign|aligned_alloc|free'
# What copies or destroys a value with references, of which the compiler made a function of its own.
forbidden+='|[$]s.*WO[a-z]'
# Calls that it may make where the list says so.
copies='(__)?mem(cpy|move|set)(_chk)?'

# The types of the walk, and of them what belongs to set-up or to the end.
hot='(Lane|Outbound|Inbound|Engine|UringEngine|PollEngine|Inputs|Outputs|Ring|Compressor|FlowTable'
hot+='|OpenSuperPacket|BusyPoll|LinkGovernor|ReplayWindow|Record|DatagramHeader|ClearSealer|AEADSealer|Session|DirectionKey|IPSecMBKey|EVPKey|Nonce|InnerHeaders|Flow|Checksum|SourceRoute'
hot+='|VirtioHeader|Receive|Train|DeviceWrite|GatherList|BufferPool|SlotPool|IndexStack|IndexQueue|Bytes'
hot+='|Counters)'
cold='\.(init|deinit|__deallocating_deinit|run|finish|deallocate|register|footprint|budget)\b'
cold+='|\.(heed|perform|settle|announce|hear|greet|sendApart|cancelAll|reject|noteProof|setKey|wipe|install|prove)\b'
cold+='|Lane<>\.take\b'

# Functions without which the check would mean nothing; of names with `|` one must be there.
# A turn for each engine and sealer, with what of the engine is inlined there: one that was itself inlined
# into the set-up around it would go unchecked.
turns=4
required=(
  'Outbound.*\.take' 'Outbound.*\.slice' 'Outbound.*\.(pack|openDatagram)'
  'Inbound.*\.take' 'Inbound.*\.walk' 'Inbound.*\.(packet|walk)'
  'Outputs.*\.send' 'Outputs.*\.write'
)

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

# One line per function: its symbol, then the forbidden calls in it. What follows a symbol's end, as
# the symbol table states it, are functions without a symbol (value witnesses), and none of ours.
{
  objdump -t "$binary"
  objdump -d --no-show-raw-insn "$binary"
} 2>/dev/null | awk -v forbidden="^($forbidden|$copies)\$" '
  # Debian has mawk, which reads no hexadecimal numbers.
  function number(hex,   value, i) {
    for (i = 1; i <= length(hex); i++)
      value = value * 16 + index("0123456789abcdef", substr(hex, i, 1)) - 1
    return value
  }
  $3 == "F" { size[$NF] = number($5); next }
  /^[0-9a-f]+ <.*>:$/ {
    if (name != "") print name calls
    name = substr($2, 2, length($2) - 3)
    end = name in size ? number($1) + size[name] : 2 ^ 52
    calls = ""
    next
  }
  /<[^>]*>$/ && $2 ~ /^(call|j|bl?$)/ && number(substr($1, 1, length($1) - 1)) < end {
    target = $NF
    gsub(/^<|>$/, "", target)
    sub(/@plt$/, "", target)
    if (target ~ forbidden) calls = calls " " target
  }
  END { if (name != "") print name calls }' | grep -E '^[$]s9Dataplane' >"$work/functions" || true
[ -s "$work/functions" ] || { echo "codegen: $binary is no fastun with symbols" >&2; exit 69; }

cut -d' ' -f1 "$work/functions" | swift demangle -simplified >"$work/names"
# Tab-separated: readable name, calls. Prefixes such as "specialized" do not matter.
prefix='(generic |function signature )?specialized |merged |static |(implicit )?closure #[0-9]+ in '
paste "$work/names" <(sed 's/^[^ ]* \{0,1\}//' "$work/functions") \
  | grep -E "^($prefix)*$hot(<[^.]*>)?\." \
  | grep -vE "$cold" | sort >"$work/hot" || true

status=0
cut -f1 "$work/hot" >"$work/names"
for pattern in "${required[@]}"; do
  # Not at the end of a pipe: grep ends at the first match, and what feeds it would fail.
  if ! grep -qE "(^| )$pattern" "$work/names"; then
    echo "codegen: no function matches $pattern: renamed, or inlined into set-up code?" >&2
    status=1
  fi
done

if [ "$(grep -cE '(^| )Lane.*\.turn' "$work/names" || true)" -lt "$turns" ]; then
  echo "codegen: fewer than $turns Lane.turn: one was inlined into set-up code, unchecked" >&2
  status=1
fi

looked=$(wc -l <"$work/hot")
[ "$looked" -gt 0 ] || { echo "codegen: no function of the walk in $binary" >&2; exit 1; }

# Takes the copies that are allowed out of each function's calls, and names those that are too many.
# Lines of the list: a pattern for the function's name, how many calls at most, the reason.
allowed=$(dirname "${BASH_SOURCE[0]}")/copies.txt
awk -F '\t' -v copies="^($copies)\$" '
  FILENAME == ARGV[1] {
    if ($0 !~ /^(#|$)/) { pattern[++known] = "(^| )" $1; most[known] = $2 }
    next
  }
  {
    count = split($2, calls, " ")
    kept = ""
    copied = 0
    for (i = 1; i <= count; i++) {
      if (calls[i] ~ copies) copied++
      else kept = kept " " calls[i]
    }
    limit = 0
    for (i = 1; i <= known; i++) if ($1 ~ pattern[i]) limit = most[i]
    if (copied > limit) kept = kept " " copied " copies, allowed are " limit
    print $1 "\t" kept
  }' "$allowed" "$work/hot" >"$work/judged"
while IFS=$'\t' read -r name calls; do
  if [ -n "$calls" ]; then
    printf 'FAIL  %s: %s\n' "$name" "$calls"
    status=1
  elif [ "$quiet" = no ]; then
    printf 'ok    %s\n' "$name"
  fi
done <"$work/judged"

if [ "$status" -eq 0 ]; then
  echo "codegen: no retain, release, access check, allocation or unexpected copy in $looked functions" \
    "of the walk"
else
  echo "codegen: $looked functions of the walk looked at; see above" >&2
fi
exit "$status"
