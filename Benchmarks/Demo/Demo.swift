import Glibc
import Testbed

/// A tunnel between two hosts made for the purpose, a real transfer through it, and its speed.
/// Returns the exit code, 77 without root.
func runDemo() -> Int32 {
  if let missing = Testbed.missing {
    complain("\(missing). Run it as root on Linux.")
    return EX_NOPERM
  }
  do {
    try buildFastun()
    try showTransfer()
    try showSpeed()
    return 0
  } catch {
    complain("\(error)")
    return EX_SOFTWARE
  }
}

private func showTransfer() throws {
  let tunnels = try TunnelPair()
  defer { tunnels.sites.remove() }
  print(
    """
    Two hosts (network namespaces) with a link between them, and on each:
      fastun --peer \(SitePair.outerAddress(.b)) --address \(SitePair.innerAddress(.a))/24
      fastun --peer \(SitePair.outerAddress(.a)) --address \(SitePair.innerAddress(.b))/24
    """)
  let engine = tunnels.a.ready["engine"]?.string ?? "?"
  print("Both are up: engine \(engine), MTU \(tunnels.mtu).")
  let pings = try Ping.answered(
    5, size: 56, from: tunnels.sites.a, to: SitePair.innerAddress(.b))
  print("ping \(SitePair.innerAddress(.b)): \(pings) of 5 answered")
  for site in SitePair.Site.allCases {
    let file = try Transfer(
      bytes: 1 << 30, of: .random, from: tunnels.sites[site],
      to: SitePair.innerAddress(site.other), in: tunnels.sites[site.other])
    let verdict = file.sent == file.received ? "equal" : "NOT EQUAL"
    print(
      "1 GiB from \(site) to \(site.other) over TCP: sha256 \(verdict) (\(file.sent.prefix(16))…)")
    guard file.sent == file.received else { throw TestbedError("the transfer is damaged") }
  }
  let counters = try tunnels.stop()
  let (packets, reads) = (try counters.a.sum("packets_out"), try counters.a.sum("device_reads"))
  let (datagrams, trains) = (
    try counters.a.sum("datagrams_sent"), try counters.a.sum("trains_sent")
  )
  print("a carried \(packets) packets in \(reads) reads, \(datagrams) datagrams in \(trains) sends")
}

/// TCP goodput and its cost, next to the plain loop.
private func showSpeed() throws {
  var goodputs: [Double] = []
  for (name, carrier) in [("fastun", Carrier.fastun()), ("plain read/write loop", .plain)] {
    let pair = try SitePair()
    defer { pair.remove() }
    let sample = try Measurement.tcp().take(on: carrier.start(on: pair), of: pair, seconds: 2)
    let (goodput, cpu) = (sample[.goodput] ?? 0, sample[.cpuPerGB] ?? 0)
    print("\(name.padded(22)) \(number(goodput / 1e9)) Gb/s, \(number(cpu)) CPU seconds per GB")
    goodputs.append(goodput)
  }
  print(
    "fastun is \(number(goodputs[0] / goodputs[1])) times as fast, on one queue"
  )
}
