#!/bin/sh
# Fuzzes the datagram decoder: mutated datagrams through the whole inbound walk, every write checked, and
# for each datagram whether it was to be let in. First in the clear, then sealed, with as many: by a cipher
# that takes any tag, while sessions come and go.
# Then the handshake, again with as many: forged and repeated datagrams into two hosts, every answer and
# every session checked.
#
# usage: Tests/Fuzz/run.sh [INPUTS]                 a million where not said
#        Tests/Fuzz/run.sh --seconds N [--seed N]   as long as one likes
#        Tests/Fuzz/run.sh --inputs N --seed N      a run again: its seed is the first line it prints
#
# Optimised, with assertions on: the first byte read or written outside its run traps.
set -eu
cd "$(dirname "$0")/../.."
case "${1-}" in
-h | --help)
  sed -n 's/^# \{0,1\}//p' "$0" | tail -n +2
  exit 0
  ;;
[0-9]*)
  inputs=$1
  shift
  set -- --inputs "$inputs" "$@"
  ;;
esac
# A build of its own: the fuzzer looks inside Dataplane as tests do (see the end of Package.swift).
FASTUN_FUZZ=1 "${SWIFT:-swift}" build --quiet --scratch-path .build/fuzz -c release --product Fuzz \
  -Xswiftc -enable-testing -Xswiftc -assert-config -Xswiftc Debug >&2
exec .build/fuzz/release/Fuzz "$@"
