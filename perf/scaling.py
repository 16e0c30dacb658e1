"""Speed-up by queues, from a JSON file of the benchmarks: see perf/scaling.sh."""

import json
import re
import statistics
import sys

QUEUES = re.compile(r"^(\d+) queues?\b")


def goodput(results):
    """Goodput of each number of queues by case: {case: {queues: {run: Gb/s}}}."""
    cases = {}
    for case in results.get("cases", []):
        for variant in case["variants"]:
            match = QUEUES.match(variant["name"])
            runs = {s["run"]: s["values"]["goodput"] for s in variant["samples"] if "goodput" in s["values"]}
            if match and runs:
                cases.setdefault(case["name"], {})[int(match[1])] = runs
    return cases


def rows(by_queues, cpus):
    """Ratios are taken within rounds: a machine's phases then cancel out."""
    base = by_queues.get(1, {})
    for queues, rounds in sorted(by_queues.items()):
        ratios = [v / base[r] for r, v in rounds.items() if base.get(r)]
        speed_up = statistics.median(ratios) if ratios else float("nan")
        # A lane for each queue at both ends, against those of one queue; what they cannot have they share.
        cores = min(2 * queues, cpus) / min(2, cpus)
        yield (f"| {queues:6} | {statistics.median(rounds.values()):6.2f} | {speed_up:8.2f} |"
               f" {cores:12.1f} | {speed_up / cores:10.2f} |")


def refuse(message):
    print(f"scaling: {message}", file=sys.stderr)
    sys.exit(69)


def main():
    path, cpus = sys.argv[1], int(sys.argv[2])
    try:
        with open(path, encoding="utf-8") as file:
            results = json.load(file)
        cases = goodput(results)
    except (ValueError, AttributeError, KeyError, TypeError):
        refuse(f"{path} holds no results of the benchmarks")
    cpus = results.get("environment", {}).get("cores", cpus)
    if not cases:
        refuse(f"{path} has no results by queues: --case queues makes them")
    most = max(max(by_queues) for by_queues in cases.values())
    for name, by_queues in cases.items():
        print(f"\n{name}, {cpus} CPUs")
        print("| queues |   Gb/s | speed-up | lanes' cores | efficiency |")
        print("|-------:|-------:|---------:|-------------:|-----------:|")
        for row in rows(by_queues, cpus):
            print(row)
    # For each queue a lane and programs at both ends: as Benchmarks/Measurements/CPUBudget.swift counts.
    if cpus < 4 * most:
        print(f"\nscaling: {cpus} CPUs are too few to say what {most} queues are worth: both tunnels have"
              f" a thread for each, and the traffic's ends want CPUs too. {4 * most} would do. What is"
              " above shows only what sharing a CPU costs.", file=sys.stderr)


main()
