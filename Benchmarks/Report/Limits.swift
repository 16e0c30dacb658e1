/// What measurements on one machine cannot show.
enum Limits {
  static let sentences = [
    """
    Both hosts, the traffic's ends and the neighbours share these CPUs, so a rate here is a cost, \
    and two tunnels that use little CPU look alike.
    """,
    """
    A virtual machine's CPUs may share their cores with other guests, which a loop of one instruction finds by \
    its speed; where that differs between two measurements, so does all else, sealing more than copying. \
    They may run on cores with a cache in common or not, and change while a measurement lasts: what is far for a \
    quarter of the time is taken again, so most figures are of CPUs that are near.
    """,
    """
    veth is no network card: as made it hands trains over whole and hides what cutting them costs; \
    in mode wire the kernel cuts them in software, where a card would.
    """,
    """
    fastun's lanes, and those of the bare relay, run at a niceness of -10, fastun's default, and tinc at a high \
    priority of its own; the plain loop and all others run at 0, as they do by default. Where programs use all \
    CPUs that is worth up to a sixth of goodput (fastun --nice 0 gives it up).
    """,
    """
    A packet rate holds for 0.3 seconds at most 0.1 % loss, at the second try at the latest: over minutes, \
    with other programs about, less holds. The far percentiles of latency rest on a thousand requests a run: \
    one of them decides p99.9.
    """,
    "There is no delay, no jitter and no loss but what a case adds.",
    """
    References that the Swift library counts within itself, on a caller's behalf, are not seen by \
    the counts of calls.
    """,
  ]
}
