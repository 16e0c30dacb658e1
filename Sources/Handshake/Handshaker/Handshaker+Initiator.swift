import Dataplane

extension Handshaker {
  /// Sends message 1 of a fresh handshake.
  mutating func begin(to address: SocketAddress, now: ContinuousClock.Instant) -> [Action] {
    var noise = makeNoise(.initiator)
    // With a pre-shared key even this payload has a tag.
    let overhead = HandshakeState.keySize + (configuration.psk == nil ? 0 : CipherState.tagSize)
    let padding = [UInt8](
      repeating: 0, count: HandshakeMessage.initiationBodySize - overhead)
    guard let body = try? noise.writeMessage(padding) else {
      preconditionFailure("message 1 needs nothing of the peer")
    }
    let initiation = Initiation(
      address: address, index: drawIndex(), noise: noise, body: body, begun: now, sent: now,
      backoff: Backoff(Initiation.gaps, now: now))
    outgoing = .initiation(initiation)
    return [.send(initiation.datagram, to: address)]
  }

  /// The peer begins a handshake while ours goes on. Where ours was sent a while ago, the peer seems to have
  /// missed it, most often because it was started only now: it need not wait for the next repeat.
  mutating func insist(_ initiation: Initiation, now: ContinuousClock.Instant) -> [Action] {
    guard now - initiation.sent >= Initiation.gaps[0] else { return [] }
    var initiation = initiation
    initiation.sent = now
    outgoing = .initiation(initiation)
    return [.send(initiation.datagram, to: initiation.address)]
  }

  /// Repeats what is due, or begins again.
  mutating func repeatOutgoing(now: ContinuousClock.Instant) -> [Action] {
    switch outgoing {
    case .initiation(let initiation) where initiation.expiry <= now:
      return begin(to: initiation.address, now: now)
    case .initiation(var initiation) where initiation.backoff.deadline <= now:
      initiation.backoff.advance(now: now)
      initiation.sent = now
      initiation.cookiesLeft = Initiation.cookiesPerGap
      outgoing = .initiation(initiation)
      return [.send(initiation.datagram, to: initiation.address)]
    case .confirmation(let confirmation) where confirmation.expiry <= now:
      return [.unproven(localIndex: confirmation.index)] + begin(to: confirmation.address, now: now)
    case .confirmation(var confirmation) where confirmation.backoff.deadline <= now:
      confirmation.backoff.advance(now: now)
      confirmation.sent = now
      outgoing = .confirmation(confirmation)
      return [.send(confirmation.datagram, to: confirmation.address)]
    case .none, .initiation, .confirmation:
      return []
    }
  }

  /// Message 2. Where it came from does not matter: message 3 goes where message 1 went, so that a copy
  /// from elsewhere leads nothing astray.
  mutating func receiveResponse(
    _ message: HandshakeMessage, now: ContinuousClock.Instant
  ) throws(Drop) -> [Action] {
    guard message.receiverIndex == outgoing.index else { throw .unknownIndex }
    switch outgoing {
    case .initiation(let initiation):
      return try answer(message, initiation, now: now)
    case .confirmation(var confirmation):
      guard message == confirmation.question else { throw .stale }
      guard now - confirmation.sent >= Confirmation.gaps[0] else { throw .rateLimited }
      confirmation.sent = now
      outgoing = .confirmation(confirmation)
      return [.send(confirmation.datagram, to: confirmation.address)]
    case .none:
      throw .unknownIndex
    }
  }

  /// Reads message 2 and writes message 3. Until all of it holds, the initiation goes on as it was: a
  /// forged answer must not end it.
  private mutating func answer(
    _ message: HandshakeMessage, _ initiation: Initiation, now: ContinuousClock.Instant
  ) throws(Drop) -> [Action] {
    guard receivedResponses.take(now: now) else { throw .rateLimited }
    var noise = initiation.noise
    let payload: [UInt8]
    do { payload = try noise.readMessage(message.body[...]) } catch { throw Drop(error) }
    let peer = try judge(noise, payload: payload, of: message, at: initiation.address)
    let body: [UInt8]
    do { body = try noise.writeMessage(offer(initiation.index)) } catch { throw Drop(error) }
    let datagram = HandshakeMessage.confirmation(
      to: peer.offer.index, from: initiation.index, body
    ).encoded
    outgoing = .confirmation(
      Confirmation(
        address: initiation.address, index: initiation.index, question: message,
        datagram: datagram, begun: now, sent: now, backoff: Backoff(Confirmation.gaps, now: now)))
    let establishment = establish(
      noise, with: peer, index: initiation.index, at: initiation.address)
    return [.established(establishment), .send(datagram, to: initiation.address)]
  }

  /// A cookie for our initiation. Anyone who sees its index can send a false one: the next true one
  /// replaces it.
  mutating func receiveCookie(_ message: HandshakeMessage) throws(Drop) -> [Action] {
    guard case .initiation(var initiation) = outgoing, initiation.index == message.receiverIndex
    else { throw .unknownIndex }
    guard initiation.cookiesLeft > 0 else { throw .rateLimited }
    initiation.cookiesLeft -= 1
    initiation.cookie = message.body
    outgoing = .initiation(initiation)
    return [.send(initiation.datagram, to: initiation.address)]
  }
}
