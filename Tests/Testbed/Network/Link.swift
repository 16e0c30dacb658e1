/// A veth pair between two namespaces, with addresses at both ends.
package struct Link: Sendable {
  /// Name of the device in the left and in the right namespace.
  package let left: (namespace: Namespace, device: String)
  package let right: (namespace: Namespace, device: String)

  /// Joins two namespaces; `subnet` N gives 10.N.0.1 and fdN::1 to the left, .2 and ::2 to the
  /// right.
  package init(
    _ left: Namespace, _ leftDevice: String, _ right: Namespace, _ rightDevice: String,
    subnet: Int, mode: VethMode = .on
  ) throws {
    self.left = (left, leftDevice)
    self.right = (right, rightDevice)
    func hardware(_ host: Int) -> String { Self.hardware(subnet, host) }
    try Command.run(
      """
      ip link add \(leftDevice) address \(hardware(1)) netns \(left.name) type veth \
      peer name \(rightDevice) address \(hardware(2)) netns \(right.name)
      """)
    for (host, (namespace, device)) in zip(1..., [self.left, self.right]) {
      if let features = mode.features { try namespace.run("ethtool -K \(device) \(features)") }
      try namespace.ip("address add 10.\(subnet).0.\(host)/24 dev \(device)")
      try namespace.ip("address add fd\(subnet)::\(host)/64 dev \(device) nodad")
      try namespace.ip("link set \(device) up")
      // The first solicitation on a new link is often lost, and the next comes a second later: it
      // would look like a slow or lossy tunnel. So both ends know each other from the start.
      let other = 3 - host
      for address in ["10.\(subnet).0.\(other)", "fd\(subnet)::\(other)"] {
        try namespace.ip(
          "neigh replace \(address) lladdr \(hardware(other)) dev \(device) nud permanent")
      }
    }
  }

  /// The hardware address of one end.
  static func hardware(_ subnet: Int, _ host: Int) -> String { "02:00:00:00:\(subnet):0\(host)" }

  /// Shapes both directions to a rate in bits per second, with room for so many milliseconds of it.
  package func shape(bitsPerSecond: Int, milliseconds: Int = 10) throws {
    for (namespace, device) in [left, right] {
      try namespace.run(
        """
        tc qdisc add dev \(device) root tbf rate \(bitsPerSecond)bit burst 128kb \
        latency \(milliseconds)ms
        """)
    }
  }
}
