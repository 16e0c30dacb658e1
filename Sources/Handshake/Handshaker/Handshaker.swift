package import Dataplane

/// Agrees with the peer on keys: Noise XX or XXpsk3 over datagrams that may be lost, repeated, forged and
/// sent by anyone.
///
/// Pure: datagrams and the time go in, what is to be done comes out, and nothing else happens. Whatever
/// comes, it holds ``ResponseTable/capacity`` answered handshakes at most and one of its own.
///
/// A handshake of this side is an ``Initiation``, then a ``Confirmation``; one of the peer's is a
/// ``Response``, then a ``CompletedResponse``. Each message is repeated byte for byte, and a repeat is
/// answered byte for byte, so that a lost one costs a round trip and no computation.
///
/// Call ``tick(now:)`` at ``nextDeadline``.
package struct Handshaker {
  /// How long message 3 is repeated for want of a sign that the peer has the keys.
  package static let confirmationLifetime = Duration.seconds(10)

  /// Both sides mix it in first: what is said here means nothing elsewhere (Noise section 6).
  static let prologue = Array("fastun 1".utf8)

  let configuration: Configuration
  var random: any RandomNumberGenerator
  var outgoing = Outgoing.none
  var responses = ResponseTable()
  /// Indices of the last sessions, which lanes may still know.
  private var sessionIndices: [UInt32] = []

  var cookies: CookieJar
  // A token for each answer that costs a Diffie-Hellman computation, or an HMAC. The peer's address has
  // tokens of its own, so that strangers cannot use up what the peer needs.
  var peerResponses = TokenBucket(rate: 10, burst: 10)
  var strangerResponses = TokenBucket(rate: 10, burst: 10)
  var peerCookies = TokenBucket(rate: 200, burst: 100)
  var strangerCookies = TokenBucket(rate: 200, burst: 100)
  /// Initiations of the peer's address that need no cookie.
  var peerInitiations = TokenBucket(rate: 10, burst: 10)
  /// Answers to our own initiation that are worth a Diffie-Hellman computation. Only who sees the
  /// initiation can send one, and must not make us miss the right one by a handful of wrong ones.
  var receivedResponses = TokenBucket(rate: 200, burst: 100)

  package init(_ configuration: Configuration) {
    self.configuration = configuration
    random = configuration.random
    cookies = CookieJar(using: &random)
  }

  /// Begins a handshake with the peer at `address`, unless one with that address is under way.
  ///
  /// It goes on, with fresh keys from time to time, until a datagram of the peer proves that it has the
  /// keys, the peer's own handshake is faster, or ``cancel()``.
  package mutating func initiate(
    to address: SocketAddress, now: ContinuousClock.Instant
  ) -> [Action] {
    switch outgoing {
    case .initiation(let current) where current.address == address: []
    case .confirmation(let current) where current.address == address: []
    default: begin(to: address, now: now)
    }
  }

  /// Takes any datagram whose type is not one of data.
  ///
  /// - Parameter isProven: whether `source` is the address that authentic datagrams of the peer come from.
  package mutating func receive(
    _ datagram: [UInt8], from source: SocketAddress, isProven: Bool, now: ContinuousClock.Instant
  ) -> [Action] {
    responses.expire(now: now)
    do throws(Drop) {
      let message = try HandshakeMessage(decoding: datagram)
      switch message.kind {
      case .initiation:
        return try receiveInitiation(message, from: source, isProven: isProven, now: now)
      case .response: return try receiveResponse(message, now: now)
      case .confirmation: return try receiveConfirmation(message, from: source, now: now)
      case .cookie: return try receiveCookie(message)
      }
    } catch {
      return [.dropped(error)]
    }
  }

  /// Does what is due.
  package mutating func tick(now: ContinuousClock.Instant) -> [Action] {
    responses.expire(now: now)
    return repeatOutgoing(now: now)
  }

  /// When ``tick(now:)`` has something to do; nil: never, unless something else happens first.
  package var nextDeadline: ContinuousClock.Instant? {
    [outgoing.deadline, responses.deadline].compactMap(\.self).min()
  }

  /// A datagram sealed under the keys of this session has come.
  package mutating func proven(localIndex: UInt32) {
    if case .confirmation(let confirmation) = outgoing, confirmation.index == localIndex {
      outgoing = .none
    }
  }

  /// Gives up the handshake of this side. The peer's are answered as before.
  package mutating func cancel() { outgoing = .none }
}

extension Handshaker {
  /// A handshake's start, with a fresh ephemeral key.
  mutating func makeNoise(_ role: Role) -> HandshakeState {
    HandshakeState(
      role, prologue: Self.prologue, identity: configuration.identity.key,
      ephemeral: random.privateKey(), psk: configuration.psk)
  }

  /// A random number that names nothing here yet, and not 0.
  mutating func drawIndex() -> UInt32 {
    while true {
      let index = UInt32(truncatingIfNeeded: random.next())
      if index != 0, index != outgoing.index, !responses.contains(index: index),
        !sessionIndices.contains(index)
      {
        return index
      }
    }
  }

  /// Our offer for the handshake `index`.
  func offer(_ index: UInt32) -> [UInt8] {
    var offer = configuration.offer
    offer.index = index
    return offer.encoded
  }

  /// What an authentic message of the peer says.
  struct Peer {
    let key: PublicKey
    let offer: Offer
    let cipher: Cipher
  }

  /// Decides whether the peer, whose last message was just read, is one to have a session with.
  func judge(
    _ noise: HandshakeState, payload: [UInt8], of message: HandshakeMessage,
    at address: SocketAddress
  ) throws(Drop) -> Peer {
    guard let key = noise.remoteStatic else { throw .malformed }
    guard key != configuration.identity.publicKey else { throw .ownKey }
    let offer = try Offer(decoding: payload)
    // The header in the clear is what answers were sent by: changed on the way, it ends here.
    guard offer.index == message.senderIndex else { throw .malformed }
    guard configuration.trust(key, address) == .trusted else { throw .wrongPeerKey(key) }
    guard let cipher = Offer.commonCipher(configuration.offer, offer) else {
      throw .noCommonCipher
    }
    return Peer(key: key, offer: offer, cipher: cipher)
  }

  /// The session of a handshake whose last message is written or read.
  mutating func establish(
    _ noise: HandshakeState, with peer: Peer, index: UInt32, at address: SocketAddress
  ) -> Establishment {
    sessionIndices = sessionIndices.suffix(7) + [index]
    let (ofInitiator, ofResponder) = noise.split()
    let isInitiator = noise.role == .initiator
    let keys = SessionKeys(
      cipher: peer.cipher, localIndex: index, remoteIndex: peer.offer.index,
      sending: (isInitiator ? ofInitiator : ofResponder).secret,
      receiving: (isInitiator ? ofResponder : ofInitiator).secret,
      // Who reads message 3 knows that its writer has the keys.
      isProven: !isInitiator)
    return Establishment(
      keys: keys, offer: peer.offer, publicKey: peer.key, address: address, role: noise.role,
      handshakeHash: noise.handshakeHash)
  }
}
