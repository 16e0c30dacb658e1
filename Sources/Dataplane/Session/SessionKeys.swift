/// The ciphers that datagrams are sealed with.
package enum Cipher: UInt8, Sendable, CaseIterable {
  /// AES-256-GCM (NIST SP 800-38D).
  case aes256GCM = 1
  /// ChaCha20-Poly1305 (RFC 8439): where a side has no AES instructions.
  case chaCha20Poly1305 = 2
}

extension Cipher: CustomStringConvertible {
  package var description: String {
    switch self {
    case .aes256GCM: "AES-256-GCM"
    case .chaCha20Poly1305: "ChaCha20-Poly1305"
    }
  }
}

/// What a finished handshake gives the lanes: two keys, and the numbers that name them on the wire.
package struct SessionKeys: Sendable {
  package let cipher: Cipher
  /// What the peer writes into the headers of its datagrams; ours, drawn at random, never 0.
  package let localIndex: UInt32
  /// What we write into ours.
  package let remoteIndex: UInt32
  /// 32 bytes each.
  package let sending: Secret
  package let receiving: Secret
  /// Whether the peer is known to hold the keys already. The responder of a handshake knows; the
  /// initiator goes on sending under older keys until a datagram under these has come.
  package let isProven: Bool

  package init(
    cipher: Cipher, localIndex: UInt32, remoteIndex: UInt32, sending: Secret, receiving: Secret,
    isProven: Bool
  ) {
    precondition(localIndex != 0 && remoteIndex != 0)
    precondition(sending.count == 32 && receiving.count == 32)
    self.cipher = cipher
    self.localIndex = localIndex
    self.remoteIndex = remoteIndex
    self.sending = sending
    self.receiving = receiving
    self.isProven = isProven
  }
}
