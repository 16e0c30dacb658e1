"""Reads `perf script` from stdin, prints the split, writes the flame graph: see perf/profile.sh."""

import argparse
import sys

import graph
import kinds
import samples
import table


def arguments():
    parser = argparse.ArgumentParser(prog="perf/flame")
    parser.add_argument("--a", type=int, help="process id of the fastun at site a")
    parser.add_argument("--b", type=int, help="of the one at site b")
    parser.add_argument("--programs", type=int, nargs="*", default=[], help="of the traffic's ends")
    parser.add_argument("--frequency", type=float, required=True, help="samples per CPU second")
    parser.add_argument("--gigabytes", type=float, default=0, help="what was carried meanwhile")
    parser.add_argument("--title", default="fastun")
    parser.add_argument("--output", required=True, help="the SVG file")
    return parser.parse_args()


def main():
    asked = arguments()
    roles = samples.Roles(asked.a, asked.b, set(asked.programs))
    counts = samples.demangle(samples.read(sys.stdin, roles))
    if not counts:
        sys.exit("flame: there is no sample in the recording")
    print(table.text(counts, 1 / asked.frequency, asked.gigabytes))
    busy = {key: n for key, n in counts.items() if kinds.kind(key[1]) != kinds.IDLE}
    with open(asked.output, "w", encoding="utf-8") as file:
        file.write(graph.svg(busy, asked.title, 1 / asked.frequency))


main()
