/// A datagram of the handshake: a header of 16 bytes, shaped as that of data, and a body.
///
/// ```
/// 0      1         2             3         4                8              12        16
/// type   lane 0    version 1     flags 0   receiver index   sender index   zeros     body
/// ```
///
/// Numbers are little-endian. An index names a handshake at the side that drew it, at random, never 0.
struct HandshakeMessage: Equatable {
  enum Kind: UInt8, CaseIterable {
    /// Noise's first message and a cookie. The receiver's index is 0: there is none yet.
    case initiation = 1
    /// Noise's second message.
    case response = 2
    /// Noise's third message.
    case confirmation = 3
    /// A cookie, for an initiation whose sender has still to show that it gets what is sent to it. The
    /// sender's index is 0: nothing has begun.
    case cookie = 6
  }

  static let headerSize = 16
  static let version: UInt8 = 1
  static let cookieSize = 16
  /// Every initiation has this size. No answer is larger, so nobody gains by sending one in another's
  /// name: a cookie has 32 bytes, a response with the longest offer 240.
  static let initiationSize = 240
  /// The Noise message of an initiation, padding included.
  static let initiationBodySize = initiationSize - headerSize - cookieSize
  /// A response without its offer: ephemeral key, static key with tag, the offer's tag.
  private static let responseOverhead = 32 + (32 + 16) + 16
  /// A confirmation without its offer: static key with tag, the offer's tag.
  private static let confirmationOverhead = (32 + 16) + 16

  let kind: Kind
  let receiverIndex: UInt32
  let senderIndex: UInt32
  /// The Noise message; of a cookie answer the cookie.
  let body: [UInt8]
  /// Of an initiation only: 16 bytes, zeros where there is none.
  let cookie: [UInt8]

  static func initiation(from sender: UInt32, _ noise: [UInt8], cookie: [UInt8]) -> Self {
    Self(kind: .initiation, receiverIndex: 0, senderIndex: sender, body: noise, cookie: cookie)
  }

  static func response(to receiver: UInt32, from sender: UInt32, _ noise: [UInt8]) -> Self {
    Self(kind: .response, receiverIndex: receiver, senderIndex: sender, body: noise, cookie: [])
  }

  static func confirmation(to receiver: UInt32, from sender: UInt32, _ noise: [UInt8]) -> Self {
    Self(kind: .confirmation, receiverIndex: receiver, senderIndex: sender, body: noise, cookie: [])
  }

  static func cookie(to receiver: UInt32, _ cookie: [UInt8]) -> Self {
    Self(kind: .cookie, receiverIndex: receiver, senderIndex: 0, body: cookie, cookie: [])
  }

  /// The datagram.
  var encoded: [UInt8] {
    var datagram: [UInt8] = [kind.rawValue, 0, Self.version, 0]
    datagram.append(little: receiverIndex)
    datagram.append(little: senderIndex)
    datagram.append(little: UInt32(0))
    datagram += body
    datagram += cookie
    precondition(Self.sizes(kind).contains(datagram.count))
    return datagram
  }

  /// Sizes that a datagram of this kind can have.
  private static func sizes(_ kind: Kind) -> ClosedRange<Int> {
    switch kind {
    case .initiation:
      initiationSize...initiationSize
    case .response:
      (headerSize + responseOverhead + Offer.minimumSize)...(headerSize + responseOverhead
        + Offer.maximumSize)
    case .confirmation:
      (headerSize + confirmationOverhead + Offer.minimumSize)...(headerSize
        + confirmationOverhead + Offer.maximumSize)
    case .cookie:
      (headerSize + cookieSize)...(headerSize + cookieSize)
    }
  }
}

extension HandshakeMessage {
  /// Judges any bytes.
  init(decoding datagram: [UInt8]) throws(Drop) {
    guard datagram.count >= Self.headerSize else { throw .malformed }
    guard let kind = Kind(rawValue: datagram[0]) else { throw .malformed }
    guard datagram[2] == Self.version else { throw .version }
    guard datagram[1] == 0, datagram[3] == 0, datagram[12..<16].allSatisfy({ $0 == 0 }),
      Self.sizes(kind).contains(datagram.count)
    else { throw .malformed }
    let receiver = datagram.little(4, as: UInt32.self)
    let sender = datagram.little(8, as: UInt32.self)
    guard (receiver == 0) == (kind == .initiation), (sender == 0) == (kind == .cookie) else {
      throw .malformed
    }
    let cookieSize = kind == .initiation ? Self.cookieSize : 0
    self.init(
      kind: kind, receiverIndex: receiver, senderIndex: sender,
      body: Array(datagram[Self.headerSize..<datagram.count - cookieSize]),
      cookie: Array(datagram.suffix(cookieSize)))
  }
}
