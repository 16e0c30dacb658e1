/// What measurements on one machine cannot show.
enum Limits {
  static let sentences = [
    """
    Both hosts, the traffic's ends and the neighbours share these CPUs, so a rate here is a cost, \
    and two tunnels that use little CPU look alike.
    """,
    """
    veth is no network card: as made it hands trains over whole and hides what cutting them costs; \
    in mode wire the kernel cuts them in software, where a card would.
    """,
    "There is no delay, no jitter and no loss but what a case adds.",
    """
    References that the Swift library counts within itself, on a caller's behalf, are not seen by \
    the counts of calls.
    """,
  ]
}
