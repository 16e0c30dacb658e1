import Foundation
import Testbed

/// Two hosts as network namespaces, a tunnel between them, and what it carries.
///
/// Each namespace is gone when its act ends or, by the test bed's janitor, when the program does.
struct Demo {
  private let cores = sysconf(Int32(_SC_NPROCESSORS_ONLN))
  private let fileSize = 256 << 20
  private let seconds = 3.0

  func run() throws {
    print(
      """
      fastun demo: two hosts (network namespaces joined by a veth pair) and a tunnel between them.
      Both ends, the programs that talk and the network itself share \(cores) cores of this machine.

      """)
    try carry()
    try compress()
    print("\nAll of it is gone again. `make bench` compares fastun with a plain loop and VXLAN.")
  }

  /// Pings, files and streams through a tunnel with a queue for each CPU.
  private func carry() throws {
    let tunnels = try pair(compress: "off")
    defer { tunnels.sites.remove() }
    let ready = tunnels.a.ready
    line(
      "tunnel",
      """
      \(ready["queues"]?.int ?? 0) queues at each end, engine \(ready["engine"]?.string ?? "?"), \
      MTU \(tunnels.mtu)
      """)
    try showSealing(tunnels)
    try ping(tunnels)
    for site in SitePair.Site.allCases { try copyFile(tunnels, from: site) }
    for site in SitePair.Site.allCases { try stream(tunnels, from: site) }

    let counters = try tunnels.stop()
    line(
      "datagrams",
      """
      a sent \(try counters.a.sum("datagrams_sent")), \
      b received \(try counters.b.sum("datagrams_received")), \
      lost a to b \(try counters.b.sum("datagrams_lost")), \
      b to a \(try counters.a.sum("datagrams_lost"))
      """)
    for (name, end) in [("a", counters.a), ("b", counters.b)] where !end.drops.isEmpty {
      let drops = end.drops.sorted { $0.key < $1.key }.map { "\($0.key) \($0.value)" }
      line("drops at \(name)", drops.joined(separator: ", "))
    }
  }

  /// By what the tunnel is sealed, and whom each end has met.
  private func showSealing(_ tunnels: TunnelPair) throws {
    guard let a = tunnels.a.session, let b = tunnels.b.session else {
      return line("sealed", "NO: packets travel in the clear")
    }
    guard a["peer_key"]?.string == tunnels.b.ready["public_key"]?.string,
      b["peer_key"]?.string == tunnels.a.ready["public_key"]?.string
    else { throw TestbedError("an end has met somebody else") }
    line(
      "sealed",
      "\(a["cipher"]?.string ?? "?"), with keys of a Noise XX handshake, nothing configured")
    line(
      "fingerprints",
      "a \(b["fingerprint"]?.string ?? "?"), b \(a["fingerprint"]?.string ?? "?"), each seen by the other"
    )
  }

  /// What LZ4 makes of JSON logs.
  private func compress() throws {
    let tunnels = try pair(compress: "always")
    defer { tunnels.sites.remove() }
    let transfer = try copy(tunnels, from: .a, of: .json)
    let counters = try tunnels.stop().a
    let inner = try counters.sum("bytes_out")
    let outer = try counters.sum("datagram_bytes_sent")
    line(
      "JSON log",
      """
      --compress always: \(fixed(Double(inner) / Double(outer), 2)) x fewer bytes on the wire, \
      \(inner >> 20) MiB in \(outer >> 20) MiB, \(rate(transfer))
      """)
  }

  private func pair(compress: String) throws -> TunnelPair {
    try TunnelPair { _, options in
      options.queues = cores
      options.compress = compress
    }
  }

  private func ping(_ tunnels: TunnelPair) throws {
    let target = SitePair.innerAddress(.b)
    let output = try tunnels.sites.a.run("ping -n -q -i 0.02 -c 50 \(target)")
    let lines = output.split(separator: "\n")
    // "50 packets transmitted, 50 received, 0% …" and "rtt min/avg/max/mdev = 0.1/0.2/0.3/0 ms".
    guard let counts = lines.first(where: { $0.contains("received") })?.split(separator: ","),
      let times = lines.last?.split(separator: "=").last?.split(separator: "/"),
      counts.count >= 2, times.count == 4
    else { throw TestbedError("ping said: \(output)") }
    line(
      "ping",
      """
      \(counts[0]),\(counts[1]); \
      round trip least\(times[0]), mean \(times[1]), most \(times[2]) ms
      """)
  }

  private func copyFile(_ tunnels: TunnelPair, from site: SitePair.Site) throws {
    let transfer = try copy(tunnels, from: site, of: .random)
    line(
      "file \(site) to \(site.other)",
      "\(fileSize >> 20) MiB over TCP, SHA-256 equal at both ends, \(rate(transfer)) with hashing")
  }

  private func copy(
    _ tunnels: TunnelPair, from site: SitePair.Site, of payload: Payload
  ) throws -> Transfer {
    let transfer = try Transfer(
      bytes: fileSize, of: payload, from: tunnels.sites[site],
      to: SitePair.innerAddress(site.other), in: tunnels.sites[site.other])
    guard transfer.bytes == fileSize, transfer.received == transfer.sent else {
      throw TestbedError("what \(site.other) received is not what \(site) sent")
    }
    return transfer
  }

  private func stream(_ tunnels: TunnelPair, from site: SitePair.Site) throws {
    let load = try TCPLoad(
      from: tunnels.sites[site], to: SitePair.innerAddress(site.other),
      in: tunnels.sites[site.other], payload: TCPLoad.payload(.zeros))
    defer { load.stop() }
    Deadline.sleep(seconds: 0.5)  // Past the slow start.
    let (bytes, start) = (load.received, Deadline.now)
    Deadline.sleep(seconds: seconds)
    let elapsed = Double(Deadline.now - start) / 1e9
    let gigabits = Double(load.received - bytes) * 8 / elapsed / 1e9
    line(
      "TCP \(site) to \(site.other)",
      "\(fixed(gigabits, 2)) Gb/s, one stream, \(Int(seconds)) s")
  }

  private func line(_ name: String, _ text: String) {
    let padding = String(repeating: " ", count: max(0, 14 - name.count))
    print("  \(name)\(padding)\(text)")
    fflush(nil)
  }

  private func rate(_ transfer: Transfer) -> String {
    "\(fixed(Double(transfer.bytes) * 8 / transfer.seconds / 1e9, 2)) Gb/s"
  }

  private func fixed(_ value: Double, _ decimals: Int) -> String {
    String(format: "%.*f", decimals, value)
  }
}
