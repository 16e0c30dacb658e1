import Dataplane

/// A datagram between two hosts of a ``Wire``.
struct Flight {
  enum Content {
    case handshake([UInt8])
    /// Sealed under keys of which one side has these as its sending, the other as its receiving ones.
    case data(index: UInt32, key: [UInt8], wantsAnswer: Bool)
  }

  let content: Content
  let lane: Int
  var from: SocketAddress
  var to: SocketAddress

  var isHandshake: Bool { if case .handshake = content { true } else { false } }
  /// 1 to 3 for a handshake's messages, 6 for a cookie, 4 for data.
  var type: UInt8 { if case .handshake(let bytes) = content { bytes[0] } else { 4 } }
}

extension Secret {
  var copied: [UInt8] { withBytes { Array($0) } }
}
