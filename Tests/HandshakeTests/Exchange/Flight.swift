import Dataplane

/// A datagram on its way.
struct Flight: Equatable {
  static let dataType: UInt8 = 4

  var datagram: [UInt8]
  var from: SocketAddress
  var to: SocketAddress

  /// 1 to 3 for the handshake's messages, 4 for data, 6 for a cookie.
  var type: UInt8 { datagram.first ?? 0 }
}
