"""Wake-up and run-queue delays of some threads, from scheduler events: see perf/latency.sh."""

import argparse
import re
import sys

LINE = re.compile(r"^\s*(?P<comm>.*?)\s+(?P<tid>\d+)\s+(?P<time>\d+\.\d+):\s+(?P<event>[\w:]+):\s+(?P<rest>.*)$")
SWITCH = re.compile(r"prev_comm=.*? prev_pid=(\d+) prev_prio=\d+ prev_state=(\S+) ==> next_comm=.*? next_pid=(\d+)")
SWITCH_SHORT = re.compile(r":(\d+) \[\d+\] (\S+) ==> .*:(\d+) \[\d+\]")
WAKEUP = re.compile(r"\bpid=(\d+)|:(\d+) \[\d+\]")


class Thread:
    """What happened to one thread, times in seconds."""

    def __init__(self, name):
        self.name = name
        self.ready = self.began = None
        self.waits, self.runs, self.wakeups = [], [], 0

    def wake(self, time):
        self.wakeups += 1
        if self.ready is None:
            self.ready = time

    def run(self, time):
        if self.ready is not None:
            self.waits.append(time - self.ready)
        self.ready, self.began = None, time

    def stop(self, time, still_runnable):
        if self.began is not None:
            self.runs.append(time - self.began)
        self.began = None
        # It was pushed aside: from now on it waits again.
        self.ready = time if still_runnable else None


def read(lines, threads):
    """Feeds the threads; the time between the first event and the last."""
    first = last = None
    for line in lines:
        match = LINE.match(line)
        if not match:
            continue
        last = float(match["time"])
        first = last if first is None else first
        if match["event"].endswith("sched_switch"):
            switch = SWITCH.search(match["rest"]) or SWITCH_SHORT.search(match["rest"])
            if switch:
                before, state, after = int(switch[1]), switch[2], int(switch[3])
                if before in threads:
                    threads[before].stop(last, state.startswith("R"))
                if after in threads:
                    threads[after].run(last)
        else:
            woken = WAKEUP.search(match["rest"])
            if woken and int(woken[1] or woken[2]) in threads:
                threads[int(woken[1] or woken[2])].wake(last)
    return (last or 0) - (first or 0)


def percentile(values, share):
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(len(ordered) * share))]


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--threads", required=True, help="a line each: number, tab, name")
    asked = parser.parse_args()
    threads = {}
    with open(asked.threads, encoding="utf-8") as file:
        for line in file:
            number, name = line.split("\t")[:2]
            threads[int(number)] = Thread(name)
    seconds = read(sys.stdin, threads)
    if seconds <= 0:
        sys.exit("latency: there is no event in the recording")
    print("| thread  | name         | woken/s | waits/s | mean us | p50 us | p99 us | longest us |"
          " mean run us | busy % |")
    print("|---------|--------------|--------:|--------:|--------:|-------:|-------:|-----------:|"
          "------------:|-------:|")
    for number, t in sorted(threads.items()):
        if not t.waits or not t.runs:
            continue
        us = [w * 1e6 for w in t.waits]
        print(f"| {number:7} | {t.name:12} | {t.wakeups / seconds:7.0f} | {len(us) / seconds:7.0f} |"
              f" {sum(us) / len(us):7.1f} | {percentile(us, 0.5):6.1f} | {percentile(us, 0.99):6.1f} |"
              f" {max(us):10.0f} | {sum(t.runs) / len(t.runs) * 1e6:11.1f} |"
              f" {sum(t.runs) / seconds * 100:6.1f} |")


main()
