import CFastun
import Glibc

/// A numeric IPv4 or IPv6 address with a port.
struct SocketAddress: Sendable, CustomStringConvertible {
  let description: String
  private let storage: sockaddr_storage
  private let length: socklen_t
  let family: Int32

  init(_ address: String, port: UInt16) throws {
    description = "\(address) port \(port)"
    var storage = sockaddr_storage()
    var v4 = sockaddr_in()
    var v6 = sockaddr_in6()
    if inet_pton(AF_INET, address, &v4.sin_addr) == 1 {
      v4.sin_family = sa_family_t(AF_INET)
      v4.sin_port = port.bigEndian
      withUnsafeMutableBytes(of: &storage) { $0.storeBytes(of: v4, as: sockaddr_in.self) }
      (family, length) = (AF_INET, socklen_t(MemoryLayout<sockaddr_in>.size))
    } else if inet_pton(AF_INET6, address, &v6.sin6_addr) == 1 {
      v6.sin6_family = sa_family_t(AF_INET6)
      v6.sin6_port = port.bigEndian
      withUnsafeMutableBytes(of: &storage) { $0.storeBytes(of: v6, as: sockaddr_in6.self) }
      (family, length) = (AF_INET6, socklen_t(MemoryLayout<sockaddr_in6>.size))
    } else {
      throw TestbedError("\(address) is no IP address")
    }
    self.storage = storage
  }

  func withPointer<R>(_ body: (UnsafePointer<sockaddr>, socklen_t) throws -> R) rethrows -> R {
    try withUnsafeBytes(of: storage) {
      try body($0.baseAddress!.assumingMemoryBound(to: sockaddr.self), length)
    }
  }
}
