import CFastun
import Glibc

/// A blocking socket with an owner: closed when that lets go.
final class Socket: Sendable {
  let raw: Int32

  init(raw: Int32) { self.raw = raw }

  /// Opens a socket of the family that `address` is of, bound to it.
  convenience init(_ type: __socket_type, bound address: SocketAddress) throws {
    self.init(raw: socket(address.family, Int32(type.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0))
    guard raw >= 0 else { throw Self.failure("socket") }
    set(SOL_SOCKET, SO_REUSEADDR, 1)
    guard address.withPointer({ bind(raw, .init(__sockaddr__: $0), $1) }) == 0 else {
      throw Self.failure("bind \(address)")
    }
  }

  deinit { close(raw) }

  func set(_ level: Int32, _ option: Int32, _ value: Int32) {
    var value = value
    setsockopt(raw, level, option, &value, socklen_t(MemoryLayout<Int32>.size))
  }

  /// Room in both directions, past the system's limit.
  func setBuffers(bytes: Int32) {
    set(SOL_SOCKET, SO_RCVBUFFORCE, bytes)
    set(SOL_SOCKET, SO_SNDBUFFORCE, bytes)
  }

  /// The longest that one receive and one send may block; then they fail with EAGAIN.
  func setTimeouts(seconds: Double) {
    var time = timeval(
      tv_sec: Int(seconds), tv_usec: Int((seconds - seconds.rounded(.down)) * 1e6))
    for option in [SO_RCVTIMEO, SO_SNDTIMEO] {
      setsockopt(raw, SOL_SOCKET, option, &time, socklen_t(MemoryLayout<timeval>.size))
    }
  }

  func connect(to address: SocketAddress) throws {
    guard address.withPointer({ Glibc.connect(raw, .init(__sockaddr__: $0), $1) }) == 0 else {
      throw Self.failure("connect to \(address)")
    }
  }

  /// The port it is bound to.
  func port() throws -> UInt16 {
    var storage = sockaddr_storage()
    var length = socklen_t(MemoryLayout<sockaddr_storage>.size)
    let status = withUnsafeMutableBytes(of: &storage) {
      getsockname(
        raw, .init(__sockaddr__: $0.baseAddress!.assumingMemoryBound(to: sockaddr.self)), &length)
    }
    guard status == 0 else { throw Self.failure("getsockname") }
    // Both families keep their port in the two bytes after the family.
    return withUnsafeBytes(of: storage) {
      UInt16(bigEndian: $0.loadUnaligned(fromByteOffset: 2, as: UInt16.self))
    }
  }

  static func failure(_ what: String) -> TestbedError {
    TestbedError("\(what): \(String(cString: strerror(errno)))")
  }
}
