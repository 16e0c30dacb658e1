extension TrialKind {
  /// Readies the trial.
  ///
  /// - Parameters:
  ///   - text: what compresses, 64 KiB or more.
  ///   - random: what does not, as much.
  /// - Throws: where the machine or this build lacks what it needs.
  package func make(text: [UInt8], random: [UInt8]) throws -> Trial {
    switch self {
    case .ringNop: Trial(try RingTrial())
    case .turnUring: Trial(try EngineTrial { try UringEngine($0, wake: $1) })
    case .turnPoll: Trial(try EngineTrial { PollEngine($0, wake: $1) })
    case .slice: Trial(try SliceTrial(.clear()))
    case .join: Trial(try JoinTrial(train: .superPacket))
    case .carry: Trial(try CarryTrial(.sealed()))
    case .pack: Trial(try PackTrial(.clear()))
    case .unpack: Trial(try JoinTrial(train: .smallPackets))
    case .lz4Text: Trial(try LZ4FillTrial(text))
    case .lz4Random: Trial(try LZ4SampleTrial(random))
    case .lz4Open: Trial(try LZ4OpenTrial(text))
    case .sealIPSecMB: try Self.ipsecMB(.sealing)
    case .openIPSecMB: try Self.ipsecMB(.opening)
    case .sealAES: Trial(try KeyTrial<EVPKey>(.aes256GCM, .sealing))
    case .openAES: Trial(try KeyTrial<EVPKey>(.aes256GCM, .opening))
    case .sealChaCha: Trial(try KeyTrial<EVPKey>(.chaCha20Poly1305, .sealing))
    case .openChaCha: Trial(try KeyTrial<EVPKey>(.chaCha20Poly1305, .opening))
    case .replay: Trial(try ReplayTrial())
    case .decode: Trial(try DecodeTrial())
    case .decodeBad: Trial(try DecodeBadTrial())
    }
  }

  private static func ipsecMB(_ direction: KeyDirection) throws -> Trial {
    #if IPSEC_MB
      Trial(try KeyTrial<IPSecMBKey>(.aes256GCM, direction))
    #else
      throw SealingUnavailable("this build has no libipsec-mb")
    #endif
  }
}
