import CNetlink

/// An rtnetlink socket: how the kernel's links, addresses and routes are changed and read.
final class Netlink {
  let socket: OpaquePointer

  /// Opens the socket; it belongs to the network namespace of the calling thread.
  init() throws(SetupError) {
    guard let socket = nl_socket_alloc() else {
      throw SetupError("out of memory", remedy: "free some", status: .systemError)
    }
    self.socket = socket
    try check(nl_connect(socket, NETLINK_ROUTE), "open an rtnetlink socket")
  }

  deinit { nl_socket_free(socket) }

  /// Throws what a call of libnl returned, when it is an error, as a failure to do `action`.
  func check(_ result: Int32, _ action: String) throws(SetupError) {
    guard result < 0 else { return }
    let reason = String(cString: nl_geterror(result))
    if result == -NLE_PERM || result == -NLE_NOACCESS {
      throw SetupError(
        "no permission to \(action)", remedy: "run as root, or give the binary CAP_NET_ADMIN",
        status: .noPermission)
    }
    throw SetupError(
      "cannot \(action) (\(reason))", remedy: "see the kernel's log (dmesg)", status: .systemError)
  }

  /// Sends a message of `type` about the link `index`, with what `fill` appends, and awaits its answer.
  func changeLink(
    _ index: UInt32, flags: UInt32 = 0, mask: UInt32 = 0, _ action: String,
    fill: (OpaquePointer) -> Void = { _ in }
  ) throws(SetupError) {
    guard let message = nlmsg_alloc_simple(Int32(RTM_NEWLINK), 0) else {
      throw SetupError("out of memory", remedy: "free some", status: .systemError)
    }
    var header = ifinfomsg()
    header.ifi_index = Int32(index)
    header.ifi_flags = flags
    header.ifi_change = mask
    nlmsg_append(message, &header, MemoryLayout<ifinfomsg>.size, Int32(NLMSG_ALIGNTO))
    fill(message)
    // Frees the message, whatever comes of it.
    try check(nl_send_sync(socket, message), action)
  }
}

/// Owns one of libnl's reference-counted objects, and lets go of it at the end of its scope.
struct NetlinkObject: ~Copyable {
  let raw: OpaquePointer
  private let put: (OpaquePointer) -> Void

  init(_ raw: OpaquePointer?, put: @escaping (OpaquePointer) -> Void) throws(SetupError) {
    guard let raw else {
      throw SetupError("out of memory", remedy: "free some", status: .systemError)
    }
    self.raw = raw
    self.put = put
  }

  deinit { put(raw) }
}
