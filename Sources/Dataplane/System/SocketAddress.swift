package import CFastun
import Glibc

/// Where a UDP socket is: an address, a port and, for link-local IPv6, the interface.
package struct SocketAddress: Hashable, Sendable {
  package var address: IPAddress
  package var port: UInt16
  /// Interface index of a link-local IPv6 address; 0 for all others.
  package var scope: UInt32

  package init(_ address: IPAddress, port: UInt16, scope: UInt32 = 0) {
    self.address = address
    self.port = port
    self.scope = scope
  }

  /// Reads a socket address of the kernel or of getaddrinfo(3); nil for other families than IP.
  ///
  /// `raw` must point to a whole `sockaddr_in` or `sockaddr_in6` when its family says so.
  package init?(_ raw: UnsafePointer<sockaddr>) {
    var bytes = [UInt8](repeating: 0, count: 16)
    var port: UInt16 = 0
    var scope: UInt32 = 0
    // SAFETY: writes at most 16 bytes to `bytes`; `raw` is whole by this initialiser's contract.
    let family = unsafe ft_sockaddr_get(raw, &bytes, &port, &scope)
    switch family {
    case AF_INET: self.init(IPAddress(bytes: bytes.prefix(4))!, port: port)
    case AF_INET6: self.init(IPAddress(bytes: bytes)!, port: port, scope: scope)
    default: return nil
    }
  }

  /// The address that a socket has on this host (getsockname(2)); nil where it has none.
  static func own(of socket: Int32) -> SocketAddress? {
    unsafe read { unsafe ft_getsockname(socket, $0) }
  }

  /// Where a socket is connected to (getpeername(2)); nil where it is not.
  static func peer(of socket: Int32) -> SocketAddress? {
    unsafe read { unsafe ft_getpeername(socket, $0) }
  }

  private static func read(
    _ ask: (UnsafeMutablePointer<sockaddr_storage>) -> Int32
  ) -> SocketAddress? {
    var storage = sockaddr_storage()
    // SAFETY: the shims write at most the size of `storage`, which lives until the closure ends.
    return unsafe withUnsafeMutablePointer(to: &storage) { storage in
      guard unsafe ask(storage) == 0 else { return nil }
      return unsafe storage.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        unsafe SocketAddress($0)
      }
    }
  }

  /// The same place, `lane` ports further: where lane `lane` lives when this is lane 0's.
  ///
  /// The caller has checked that the last lane's port is at most 65,535.
  package func lane(_ lane: Int) -> SocketAddress {
    SocketAddress(address, port: port + UInt16(lane), scope: scope)
  }

  /// Calls `body` with this address as the kernel wants it.
  func withKernelForm(_ body: (UnsafePointer<sockaddr_storage>, socklen_t) -> Int32) -> Int32 {
    let bytes = address.bytes
    var storage = sockaddr_storage()
    // SAFETY: `bytes` has 4 or 16 bytes as the family says; `storage` lives until `body` returns.
    let length = unsafe ft_sockaddr_put(&storage, address.family, bytes, port, scope)
    return unsafe body(&storage, length)
  }
}

extension SocketAddress: CustomStringConvertible {
  /// `192.0.2.1:51900`, or `[2001:db8::1]:51900`, with `%index` where there is a scope.
  package var description: String {
    switch address {
    case .v4: "\(address):\(port)"
    case .v6: scope == 0 ? "[\(address)]:\(port)" : "[\(address)%\(scope)]:\(port)"
    }
  }
}
