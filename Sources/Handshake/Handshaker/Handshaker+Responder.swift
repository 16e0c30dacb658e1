import Dataplane

extension Handshaker {
  /// Message 1.
  mutating func receiveInitiation(
    _ message: HandshakeMessage, from source: SocketAddress, isProven: Bool,
    now: ContinuousClock.Instant
  ) throws(Drop) -> [Action] {
    let ephemeral = message.body.prefix(HandshakeState.keySize)
    if case .initiation(let own) = outgoing {
      guard own.ephemeral != ephemeral else { throw .ownKey }
      // Both began at once. The peer compares the same two keys and answers ours, as it must sooner or
      // later; ours is drawn anew from time to time, so neither side wins for good.
      if isProven || source == own.address, ephemeral.lexicographicallyPrecedes(own.ephemeral) {
        return insist(own, now: now) + [.dropped(.tieBreak)]
      }
    }
    if var response = responses.response(to: message, from: source) {
      guard response.repeats.take(now: now) else { throw .rateLimited }
      responses.update(response)
      return [.send(response.datagram, to: source)]
    }
    guard !responses.isCompleted(message, from: source) else { throw .stale }
    guard admits(message, ephemeral, from: source, isProven: isProven, now: now) else {
      return try demandCookie(for: message, ephemeral, from: source, isProven: isProven, now: now)
    }
    return try respond(to: message, from: source, isProven: isProven, now: now)
  }

  /// Whether an initiation is worth a computation: its sender has shown that it gets what is sent to its
  /// address, or it comes from where the peer is and the peer's place is free.
  ///
  /// Were an initiation without a cookie enough to take the peer's place from another, anyone could make
  /// the peer's handshakes fail by sending them in its name.
  private mutating func admits(
    _ message: HandshakeMessage, _ ephemeral: ArraySlice<UInt8>, from source: SocketAddress,
    isProven: Bool, now: ContinuousClock.Instant
  ) -> Bool {
    if cookies.isValid(
      message.cookie, for: source, index: message.senderIndex, ephemeral: ephemeral, now: now,
      using: &random)
    {
      return true
    }
    return isProven && !responses.isReserved(for: source) && peerInitiations.take(now: now)
  }

  private mutating func demandCookie(
    for message: HandshakeMessage, _ ephemeral: ArraySlice<UInt8>, from source: SocketAddress,
    isProven: Bool, now: ContinuousClock.Instant
  ) throws(Drop) -> [Action] {
    guard isProven ? peerCookies.take(now: now) : strangerCookies.take(now: now) else {
      throw .rateLimited
    }
    let cookie = cookies.cookie(
      for: source, index: message.senderIndex, ephemeral: ephemeral, now: now, using: &random)
    let answer = HandshakeMessage.cookie(to: message.senderIndex, cookie).encoded
    precondition(answer.count <= HandshakeMessage.initiationSize)
    return [.send(answer, to: source), .dropped(.cookie)]
  }

  /// Reads message 1 and writes message 2.
  private mutating func respond(
    to message: HandshakeMessage, from source: SocketAddress, isProven: Bool,
    now: ContinuousClock.Instant
  ) throws(Drop) -> [Action] {
    if isProven {
      guard peerResponses.take(now: now) else { throw .rateLimited }
    } else {
      guard !responses.isCrowded(by: source, now: now), strangerResponses.take(now: now) else {
        throw .rateLimited
      }
    }
    let index = drawIndex()
    var noise = makeNoise(.responder)
    let body: [UInt8]
    do {
      // The payload is padding, and room for what later versions have to say.
      _ = try noise.readMessage(message.body[...])
      body = try noise.writeMessage(offer(index))
    } catch {
      throw Drop(error)
    }
    let datagram = HandshakeMessage.response(to: message.senderIndex, from: index, body).encoded
    precondition(datagram.count <= HandshakeMessage.initiationSize)
    let response = Response(
      index: index, source: source, question: message, datagram: datagram, noise: noise, begun: now)
    responses.insert(response, isPeer: isProven)
    return [.send(datagram, to: source)]
  }

  /// Message 3.
  mutating func receiveConfirmation(
    _ message: HandshakeMessage, from source: SocketAddress, now: ContinuousClock.Instant
  ) throws(Drop) -> [Action] {
    if let response = responses.response(message.receiverIndex) {
      return try complete(response, message, from: source, now: now)
    }
    guard var entry = responses.completed(message.receiverIndex) else { throw .unknownIndex }
    guard source == entry.response.source else { throw .wrongAddress }
    guard message == entry.confirmation else { throw .stale }
    guard entry.confirms.take(now: now) else { throw .rateLimited }
    responses.update(entry)
    return [.confirm(localIndex: entry.response.index)]
  }

  /// Reads message 3. Until all of it is authentic, the response waits on as it was.
  private mutating func complete(
    _ response: Response, _ message: HandshakeMessage, from source: SocketAddress,
    now: ContinuousClock.Instant
  ) throws(Drop) -> [Action] {
    guard source == response.source else { throw .wrongAddress }
    guard message.senderIndex == response.question.senderIndex else { throw .unknownIndex }
    var response = response
    guard response.failures.hasToken(now: now) else { throw .rateLimited }
    var noise = response.noise
    let payload: [UInt8]
    do {
      payload = try noise.readMessage(message.body[...])
    } catch {
      // A guess fails at the sealed identity, for next to nothing. What gets further has cost a
      // Diffie-Hellman computation.
      if noise.remoteStatic != nil {
        _ = response.failures.take(now: now)
        responses.update(response)
      }
      throw Drop(error)
    }
    let peer: Peer
    do {
      peer = try judge(noise, payload: payload, of: message, at: source)
    } catch {
      responses.remove(response.index)
      throw error
    }
    responses.complete(response, message, now: now)
    // The peer has begun later or been faster; it needs no second session.
    outgoing = .none
    return [.established(establish(noise, with: peer, index: response.index, at: source))]
  }
}
