#if IPSEC_MB
  internal import CIPSecMB
  import Glibc

  /// AES-256-GCM (NIST SP 800-38D) by libipsec-mb: a third of libcrypto 3.0's time (perf/LEDGER.md).
  @safe
  struct IPSecMBKey: AEAD {
    /// Expanded key, then context, then scratch, each from a cache line on: the library wants the expanded
    /// key so aligned, and crashes where it is not.
    static var footprint: Int { scratchStart + 64 }
    private static var contextStart: Int { Slab.rounded(MemoryLayout<gcm_key_data>.size) }
    private static var scratchStart: Int {
      contextStart + Slab.rounded(MemoryLayout<gcm_context_data>.size)
    }

    // Offsets in the scratch.
    private static var computedTag: Int { 16 }
    private static var direction: Int { 32 }

    // SAFETY: `memory` is the key's own run of the lane's slab, `footprint` long, as checked in init; the
    // offsets above are inside it. The library keeps none of these pointers after a call.
    private let memory: Bytes
    private let gcm: GCMFunctions

    init(_ memory: Bytes) {
      guard case .success(let library) = IPSecMB.loaded else {
        preconditionFailure("libipsec-mb cannot start: SealingBackend.prepare comes first")
      }
      self.init(memory, library.gcm)
    }

    init(_ memory: Bytes, _ gcm: GCMFunctions) {
      precondition(memory.count == Self.footprint)
      precondition(unsafe UInt(bitPattern: memory.base) % 64 == 0)
      self.memory = memory
      self.gcm = gcm
    }

    func setKey(_ key: Secret, cipher: Cipher, direction: KeyDirection) {
      precondition(cipher == .aes256GCM && key.count == 32)
      wipe()
      // SAFETY: the library reads 32 bytes and writes the expanded key.
      unsafe key.withBytes { unsafe gcm.expand($0.baseAddress, expandedKey) }
      scratch[Self.direction] = direction.rawValue
    }

    func seal(_ plaintext: Bytes, into ciphertext: Bytes, nonce: Nonce, additional: Bytes) {
      precondition(scratch[Self.direction] == KeyDirection.sealing.rawValue)
      assert(ciphertext.count == plaintext.count + Self.tag)
      nonce.write(scratch)
      // SAFETY: reads and writes exactly the runs that are passed; the tag ends `ciphertext`.
      unsafe gcm.seal(
        expandedKey, context, ciphertext.octets, plaintext.octets, plaintext.length, scratch.octets,
        additional.octets, additional.length, ciphertext.octets + plaintext.count,
        UInt64(Self.tag))
    }

    func open(
      _ ciphertext: Bytes, into plaintext: Bytes, nonce: Nonce, additional: Bytes
    ) -> Bool {
      precondition(scratch[Self.direction] == KeyDirection.opening.rawValue)
      guard ciphertext.count >= Self.tag else { return false }
      assert(plaintext.count == ciphertext.count - Self.tag)
      nonce.write(scratch)
      // SAFETY: as in `seal`; the tag goes into the scratch, which has room for it.
      unsafe gcm.open(
        expandedKey, context, plaintext.octets, ciphertext.octets, plaintext.length, scratch.octets,
        additional.octets, additional.length, scratch.octets + Self.computedTag, UInt64(Self.tag))
      // All 16 bytes are compared whatever the first ones say, so time tells a forger nothing.
      let given = ciphertext.dropFirst(plaintext.count)
      let low: UInt64 = given.load(0) ^ scratch.load(Self.computedTag)
      let high: UInt64 = given.load(8) ^ scratch.load(Self.computedTag + 8)
      guard low | high == 0 else {
        plaintext.zero(0, plaintext.count)
        return false
      }
      return true
    }

    func wipe() {
      // SAFETY: all of the key's own memory.
      unsafe explicit_bzero(memory.base, memory.count)
    }

    private var scratch: Bytes { memory.slice(Self.scratchStart, 64) }
    private var expandedKey: UnsafeMutablePointer<gcm_key_data> {
      unsafe memory.base.assumingMemoryBound(to: gcm_key_data.self)
    }
    private var context: UnsafeMutablePointer<gcm_context_data> {
      unsafe (memory.base + Self.contextStart).assumingMemoryBound(to: gcm_context_data.self)
    }
  }
#endif
