/// What can be tried by itself.
package enum TrialKind: String, Sendable, CaseIterable {
  case ringNop = "ring-nop"
  case turnUring = "turn-uring"
  case turnPoll = "turn-poll"
  case slice
  case join
  case carry
  case pack
  case unpack
  case lz4Text = "lz4-text"
  case lz4Random = "lz4-random"
  case lz4Open = "lz4-open"
  case sealIPSecMB = "seal-ipsec-mb"
  case openIPSecMB = "open-ipsec-mb"
  case sealAES = "seal-libcrypto"
  case openAES = "open-libcrypto"
  case sealChaCha = "seal-chacha"
  case openChaCha = "open-chacha"
  case replay
  case decode
  case decodeBad = "decode-bad"

  /// What one operation is.
  package var title: String {
    switch self {
    case .ringNop: "io_uring: one nop of \(operations) that one call submits and completes"
    case .turnUring: "a turn of the uring engine that an eventfd wakes, and that write"
    case .turnPoll: "a turn of the poll engine that an eventfd wakes, and that write"
    case .slice: "a super-packet of \(SuperPacket.payload) bytes sliced into a train, in the clear"
    case .join: "that train's slices joined to a super-packet again, in the clear"
    case .carry: "a super-packet sliced, sealed, copied once, opened and joined"
    case .pack: "a packet of 64 bytes packed with others, in the clear"
    case .unpack: "a packet of 64 bytes unpacked and joined with others, in the clear"
    case .lz4Text: "LZ4: one datagram filled with JSON logs"
    case .lz4Random: "LZ4: a sample of random bytes found not to shrink"
    case .lz4Open: "LZ4: one datagram of JSON logs decompressed"
    case .sealIPSecMB: "AES-256-GCM by libipsec-mb: 1,400 bytes sealed"
    case .openIPSecMB: "AES-256-GCM by libipsec-mb: 1,400 bytes opened"
    case .sealAES: "AES-256-GCM by libcrypto: 1,400 bytes sealed"
    case .openAES: "AES-256-GCM by libcrypto: 1,400 bytes opened"
    case .sealChaCha: "ChaCha20-Poly1305 by libcrypto: 1,400 bytes sealed"
    case .openChaCha: "ChaCha20-Poly1305 by libcrypto: 1,400 bytes opened"
    case .replay: "a counter value taken by the replay window, in order"
    case .decode: "a record of a datagram read and judged"
    case .decodeBad: "a malformed datagram found out"
    }
  }

  /// Operations of one turn.
  package var operations: Int {
    switch self {
    case .ringNop: RingTrial.batch
    case .pack, .unpack: SmallPackets.count
    case .replay: ReplayTrial.batch
    case .decode: DecodeTrial.records
    case .decodeBad: DecodeBadTrial.datagrams
    default: 1
    }
  }

  /// The library that the operation is mostly made of, with what it chose of the CPU's instructions; nil
  /// for fastun's own code.
  package var library: String? {
    switch self {
    case .sealIPSecMB, .openIPSecMB: SealingBackend.description(for: .aes256GCM)
    case .carry: SealingBackend.description(for: .aes256GCM)
    case .sealAES, .openAES, .sealChaCha, .openChaCha:
      SealingBackend.description(for: .chaCha20Poly1305)
    case .lz4Text, .lz4Random, .lz4Open: Compressor.library
    default: nil
    }
  }
}
