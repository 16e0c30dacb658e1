#if IPSEC_MB
  internal import CIPSecMB

  /// libipsec-mb's direct calls for AES-256-GCM, as written for one set of instructions.
  ///
  /// They belong together: each set lays out an expanded key in its own way.
  @safe
  struct GCMFunctions: @unchecked Sendable {
    // SAFETY, and @unchecked: functions of a library that stays loaded, without state of their own; who
    // calls them answers for what is passed.
    let expand: aes_gcm_pre_t
    // Key, context, output, input and its length, the 12-byte nonce, additional data and its length, tag and its
    // length.
    let seal: aes_gcm_enc_dec_t
    let open: aes_gcm_enc_dec_t

    /// Nil where one of them is missing.
    init?(_ found: ft_gcm256) {
      guard let expand = unsafe found.expand, let seal = unsafe found.seal,
        let open = unsafe found.open
      else { return nil }
      unsafe self.expand = expand
      unsafe self.seal = seal
      unsafe self.open = open
    }

    /// Whether each opens what the other sealed.
    func agree(with others: GCMFunctions) -> Bool {
      open(whatSeal: others) && others.open(whatSeal: self)
    }

    private func open(whatSeal others: GCMFunctions) -> Bool {
      guard var slab = try? Slab(size: 1 << 14) else { return false }
      let sealing = IPSecMBKey(slab.carve(IPSecMBKey.footprint), others)
      let opening = IPSecMBKey(slab.carve(IPSecMBKey.footprint), self)
      sealing.setKey(.ofTrial(), cipher: .aes256GCM, direction: .sealing)
      opening.setKey(.ofTrial(), cipher: .aes256GCM, direction: .opening)
      let header = slab.carve(DatagramHeader.size)
      let text = slab.carve(1_455)
      for offset in 0..<text.count { text[offset] = UInt8(truncatingIfNeeded: offset &* 31) }
      let sealed = slab.carve(text.count + IPSecMBKey.tag)
      let opened = slab.carve(text.count)

      // From one byte to a datagram, with and without a last block that is not full.
      return [1, 16, 255, 512, text.count].allSatisfy { count in
        let (text, opened) = (text.slice(0, count), opened.slice(0, count))
        let sealed = sealed.slice(0, count + IPSecMBKey.tag)
        let nonce = Nonce(lane: 7, counter: UInt64(count))
        sealing.seal(text, into: sealed, nonce: nonce, additional: header)
        guard opening.open(sealed, into: opened, nonce: nonce, additional: header),
          opened.copied() == text.copied()
        else { return false }
        sealed[count / 2] ^= 1
        return !opening.open(sealed, into: opened, nonce: nonce, additional: header)
      }
    }
  }
#endif
