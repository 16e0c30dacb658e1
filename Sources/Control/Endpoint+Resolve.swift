import CFastun
package import Dataplane
import Glibc

extension Endpoint {
  /// The first address that the host has (getaddrinfo(3)), of `family` where one is given.
  ///
  /// - Throws: ``ExitStatus/noHost`` where the name does not resolve, a usage error where the address
  ///   cannot be one peer's.
  package func resolve(family: Int32? = nil) throws(SetupError) -> SocketAddress {
    if let zone = host.split(separator: "%", maxSplits: 1).dropFirst().first,
      if_nametoindex(String(zone)) == 0, UInt32(zone) == nil
    {
      throw SetupError(
        "there is no interface \(zone) for \(self)",
        remedy: "choose one that 'ip link' shows", status: .unavailable)
    }
    var hints = addrinfo()
    hints.ai_family = family ?? AF_UNSPEC
    hints.ai_socktype = Int32(SOCK_DGRAM.rawValue)
    var results: UnsafeMutablePointer<addrinfo>?
    let failure = getaddrinfo(host, nil, &hints, &results)
    guard failure == 0, let first = results, let raw = first.pointee.ai_addr,
      var address = SocketAddress(raw)
    else {
      let reason = failure == 0 ? "no address" : String(cString: gai_strerror(failure))
      throw SetupError(
        "the host '\(host)' does not resolve (\(reason))",
        remedy: "check the name and the resolver, or give an address", status: .noHost)
    }
    freeaddrinfo(results)
    guard !address.address.isUnspecified, !address.address.isMulticast else {
      throw SetupError(
        "\(address.address) cannot be a peer", remedy: "give --peer the address of one host")
    }
    guard address.address.prefix(96) != .v6(high: 0, low: 0xffff << 32) else {
      throw SetupError(
        "\(address.address) is an IPv4 address in IPv6's clothes",
        remedy: "write it as IPv4, as in 192.0.2.2")
    }
    address.port = UInt16(port)
    return address
  }

  /// The local address to bind to for a peer of `family`; "any" where no host was given.
  package func local(family: Int32) throws(SetupError) -> SocketAddress {
    guard !host.isEmpty, IPAddress(parsing: host)?.isUnspecified != true else {
      let any: IPAddress = family == AF_INET6 ? .v6(high: 0, low: 0) : .v4(0)
      return SocketAddress(any, port: UInt16(port))
    }
    return try resolve(family: family)
  }

  /// The family of the address written, nil for a name and for "any address".
  package var family: Int32? {
    IPAddress(parsing: String(host.prefix { $0 != "%" }))?.family
  }
}
