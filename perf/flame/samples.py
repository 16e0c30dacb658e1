"""Samples of `perf script`, told apart by who was running."""

import re
import subprocess
from collections import Counter

HEAD = re.compile(r"^(?P<comm>.*?)\s+(?P<pid>-?\d+)/(?P<tid>-?\d+)\s")
FRAME = re.compile(r"^\s+[0-9a-f]+ (?P<name>.*) \((?P<dso>[^()]*|\[[^]]*\])\)$")
SWIFT = re.compile(r"\$s\w+")


class Frame(tuple):
    """A function's name, and whether it is the kernel's, or which library's."""

    __slots__ = ()

    def __new__(cls, name, dso):
        return super().__new__(cls, (name, dso))

    name = property(lambda self: self[0])
    dso = property(lambda self: self[1])

    @property
    def in_kernel(self):
        return self.dso.startswith("[") and self.dso != "[vdso]" and self.dso != "[unknown]"


def read(lines, roles):
    """Counts equal stacks: {(role, (frame, …) outermost first): samples}."""
    counts = Counter()
    role, frames = None, []
    for line in lines:
        line = line.rstrip("\n")
        if not line:
            if role is not None:
                counts[(role, tuple(reversed(frames)))] += 1
            role, frames = None, []
        elif line[0].isspace() and role is not None:
            match = FRAME.match(line)
            if match:
                frames.append(frame(match["name"], match["dso"]))
        else:
            match = HEAD.match(line)
            if match:
                role, frames = roles.name(match["comm"], int(match["pid"])), []
    if role is not None:
        counts[(role, tuple(reversed(frames)))] += 1
    return counts


def frame(name, dso):
    """Names without offsets: where in a function does not matter here."""
    name = re.sub(r"\+0x[0-9a-f]+$", "", name)
    return Frame("?" if name == "[unknown]" else name, dso)


def demangle(counts):
    """The same stacks with Swift's names as people write them."""
    names = {f.name for _, frames in counts for f in frames if SWIFT.match(f.name)}
    known = simplified(sorted(names))
    result = Counter()
    for (role, frames), samples in counts.items():
        readable = tuple(Frame(known.get(f.name, f.name), f.dso) for f in frames)
        result[(role, readable)] += samples
    return result


def simplified(names):
    if not names:
        return {}
    try:
        output = subprocess.run(
            ["swift", "demangle", "--simplified"], input="\n".join(names), text=True,
            capture_output=True, check=True).stdout.splitlines()
    except (OSError, subprocess.CalledProcessError):
        return {}
    if len(output) != len(names):
        return {}
    # That the compiler made a copy of a function for its types is of no interest here.
    return {n: re.sub(r"^((generic|function signature) )?specialized ", "", o) for n, o in zip(names, output)}


class Roles:
    """Who a thread is, by its process and name."""

    IDLE = "idle"

    def __init__(self, a, b, programs):
        self.a, self.b, self.programs = a, b, programs

    def name(self, comm, pid):
        if pid == 0:
            return self.IDLE
        for site, process in (("a", self.a), ("b", self.b)):
            if process is not None and pid == process:
                tunnel = f"lane of {site}" if self.b is not None else "lane"
                return tunnel if comm.startswith("lane") else f"control of {site}"
        if pid in self.programs:
            return "traffic programs"
        return "others"
