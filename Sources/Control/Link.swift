import CNetlink
package import Dataplane
import Glibc

/// The tunnel's interface as the kernel's network stack sees it, set up over rtnetlink.
///
/// Nothing of this needs undoing: addresses and routes go with the device.
package struct Link {
  package let name: String
  package let index: UInt32
  private let netlink: Netlink

  /// Packets that may wait in the device's transmit queue: the default of 500 is 40 super-packets' worth.
  static let transmitQueueLength: UInt32 = 4_096
  /// Segments of a super-packet: UDP_MAX_SEGMENTS of a train.
  static let superPacketSegments: UInt32 = 64

  package init(name: String, index: UInt32) throws(SetupError) {
    self.name = name
    self.index = index
    netlink = try Netlink()
  }

  /// Sets the MTU and the longest super-packet, both in bytes, and the transmit queue's length.
  package func configure(mtu: Int, superPacketLimit: Int) throws(SetupError) {
    try netlink.changeLink(index, "set the MTU of \(name) to \(mtu)") { message in
      nla_put_u32(message, Int32(IFLA_MTU), UInt32(mtu))
      nla_put_u32(message, Int32(IFLA_TXQLEN), Self.transmitQueueLength)
      nla_put_u32(message, Int32(IFLA_GSO_MAX_SIZE), UInt32(superPacketLimit))
      nla_put_u32(message, Int32(IFLA_GSO_MAX_SEGS), Self.superPacketSegments)
    }
    // The kernel would give the device a link-local address and send router solicitations through the
    // tunnel. A host without IPv6 refuses this, and needs it not.
    try? netlink.changeLink(index, "switch off link-local addresses of \(name)") { message in
      guard let families = nla_nest_start(message, Int32(IFLA_AF_SPEC)) else { return }
      if let family = nla_nest_start(message, AF_INET6) {
        nla_put_u8(message, Int32(IFLA_INET6_ADDR_GEN_MODE), UInt8(IN6_ADDR_GEN_MODE_NONE.rawValue))
        nla_nest_end(message, family)
      }
      nla_nest_end(message, families)
    }
  }

  /// Brings the interface up.
  package func bringUp() throws(SetupError) {
    let up = UInt32(IFF_UP)
    try netlink.changeLink(index, flags: up, mask: up, "bring \(name) up")
  }

  /// Gives the interface an address, usable at once (no duplicate address detection).
  package func add(address: CIDR) throws(SetupError) {
    let local = try netlinkAddress(address.address, prefix: address.length)
    let object = try NetlinkObject(rtnl_addr_alloc(), put: rtnl_addr_put)
    rtnl_addr_set_ifindex(object.raw, Int32(index))
    try netlink.check(rtnl_addr_set_local(object.raw, local.raw), "use the address \(address)")
    rtnl_addr_set_prefixlen(object.raw, Int32(address.length))
    if address.address.family == AF_INET6 { rtnl_addr_set_flags(object.raw, UInt32(IFA_F_NODAD)) }
    let result = rtnl_addr_add(netlink.socket, object.raw, NLM_F_CREATE | NLM_F_EXCL)
    if result == -NLE_EXIST {
      throw SetupError("--address \(address) is given twice", remedy: "give each address once")
    }
    try checkIPv6(result, "address", address)
    try netlink.check(result, "add the address \(address) to \(name)")
  }

  /// Sends packets for `route` into the tunnel.
  package func add(route: CIDR) throws(SetupError) {
    let destination = try netlinkAddress(route.network, prefix: route.length)
    let object = try NetlinkObject(rtnl_route_alloc(), put: rtnl_route_put)
    let hop = rtnl_route_nh_alloc()
    rtnl_route_nh_set_ifindex(hop, Int32(index))
    rtnl_route_add_nexthop(object.raw, hop)
    rtnl_route_set_family(object.raw, UInt8(route.address.family))
    rtnl_route_set_scope(object.raw, UInt8(RT_SCOPE_LINK.rawValue))
    rtnl_route_set_protocol(object.raw, UInt8(RTPROT_STATIC))
    try netlink.check(rtnl_route_set_dst(object.raw, destination.raw), "use the route \(route)")
    let result = rtnl_route_add(netlink.socket, object.raw, NLM_F_CREATE | NLM_F_EXCL)
    if result == -NLE_EXIST {
      throw SetupError(
        "a route to \(route) exists already",
        remedy: "remove it (ip route delete \(route)), or give --route its two halves, "
          + "which are more specific", status: .unavailable)
    }
    try checkIPv6(result, "route", route)
    try netlink.check(result, "add the route \(route) to \(name)")
  }

  /// A device for which IPv6 is switched off refuses it as it would refuse the unprivileged.
  private func checkIPv6(_ result: Int32, _ kind: String, _ cidr: CIDR) throws(SetupError) {
    guard cidr.address.family == AF_INET6, result == -NLE_PERM || result == -NLE_NOACCESS else {
      return
    }
    throw SetupError(
      "the kernel takes no IPv6 \(kind) on \(name)",
      remedy: "switch IPv6 on (sysctl -w net.ipv6.conf.default.disable_ipv6=0), "
        + "or give CAP_NET_ADMIN", status: .noPermission)
  }

  /// Whether the routing table sends packets for `destination` into this interface.
  package func carries(_ destination: IPAddress) throws(SetupError) -> Bool {
    let address = try netlinkAddress(destination, prefix: destination.width)
    var result: OpaquePointer?
    guard rtnl_route_lookup(netlink.socket, address.raw, &result) >= 0, let result else {
      return false
    }
    defer { rtnl_route_put(result) }
    return (0..<rtnl_route_get_nnexthops(result)).contains { hop in
      rtnl_route_nh_get_ifindex(rtnl_route_nexthop_n(result, hop)) == Int32(index)
    }
  }

  /// What the kernel has set for the interface now.
  package func state() throws(SetupError) -> LinkState {
    var result: OpaquePointer?
    try netlink.check(
      rtnl_link_get_kernel(netlink.socket, Int32(index), nil, &result), "read the state of \(name)")
    guard let result else {
      throw SetupError("\(name) is gone", remedy: "start again", status: .systemError)
    }
    defer { rtnl_link_put(result) }
    var size: UInt32 = 0
    var segments: UInt32 = 0
    rtnl_link_get_gso_max_size(result, &size)
    rtnl_link_get_gso_max_segs(result, &segments)
    return LinkState(
      mtu: Int(rtnl_link_get_mtu(result)), transmitQueueLength: Int(rtnl_link_get_txqlen(result)),
      superPacketLimit: Int(size), superPacketSegments: Int(segments),
      isUp: rtnl_link_get_flags(result) & UInt32(IFF_UP) != 0)
  }

  private func netlinkAddress(
    _ address: IPAddress, prefix: Int
  ) throws(SetupError) -> NetlinkObject {
    let bytes = address.bytes
    let object = try NetlinkObject(
      nl_addr_build(address.family, bytes, bytes.count), put: nl_addr_put)
    nl_addr_set_prefixlen(object.raw, Int32(prefix))
    return object
  }
}

/// Settings of an interface, in bytes and packets.
package struct LinkState: Equatable, Sendable {
  package let mtu: Int
  package let transmitQueueLength: Int
  package let superPacketLimit: Int
  package let superPacketSegments: Int
  package let isUp: Bool
}
