#if IPSEC_MB
  internal import CIPSecMB

  /// Intel's multi-buffer library, as far as it is used here: the direct calls for AES-256-GCM.
  ///
  /// The library fills a manager with the functions that suit the CPU. They need nothing else of it, so they
  /// are copied out, and a datagram costs an indirect call and no look-up.
  @safe
  struct IPSecMB: @unchecked Sendable {
    // SAFETY, and @unchecked: functions of a library that stays loaded, without state of their own; who
    // calls them answers for what is passed.
    let seal: Operation
    let open: Operation
    let expand: @convention(c) (UnsafeRawPointer?, UnsafeMutablePointer<gcm_key_data>?) -> Void
    // What the functions were written for; not as text, which would make every key count references.
    private let instructions: IMB_ARCH
    private let usesVAES: Bool

    /// Key, context, output, input and its length, the 12-byte nonce, additional data and its length, tag
    /// and its length.
    typealias Operation =
      @convention(c) (
        UnsafePointer<gcm_key_data>?, UnsafeMutablePointer<gcm_context_data>?,
        UnsafeMutablePointer<UInt8>?, UnsafePointer<UInt8>?, UInt64,
        UnsafePointer<UInt8>?, UnsafePointer<UInt8>?, UInt64,
        UnsafeMutablePointer<UInt8>?, UInt64
      ) -> Void

    /// Found out once, at set-up.
    static let loaded = Result(catching: load)

    static var version: String { unsafe String(cString: imb_get_version_str()) }

    private static func load() throws(SealingUnavailable) -> IPSecMB {
      guard let manager = unsafe alloc_mb_mgr(0) else {
        throw SealingUnavailable("libipsec-mb cannot start: no memory for its manager")
      }
      // SAFETY: allocated just above, and used by nobody else.
      defer { unsafe free_mb_mgr(manager) }
      var architecture = IMB_ARCH_NONE
      // Also runs known answers through its ciphers, and leaves an error where one is wrong.
      unsafe init_mb_mgr_auto(manager, &architecture)
      let code = unsafe imb_get_errno(manager)
      guard code == 0 else {
        let reason = unsafe String(cString: imb_get_strerror(code))
        throw SealingUnavailable("libipsec-mb cannot start: \(reason)")
      }
      guard
        let seal = unsafe manager.pointee.gcm256_enc, let open = unsafe manager.pointee.gcm256_dec,
        let expand = unsafe manager.pointee.gcm256_pre
      else { throw SealingUnavailable("libipsec-mb has no AES-256-GCM for this CPU") }
      let usesVAES = unsafe manager.pointee.features & UInt64(IMB_FEATURE_VAES) != 0
      return unsafe IPSecMB(
        seal: seal, open: open, expand: expand, instructions: architecture, usesVAES: usesVAES)
    }

    /// The instruction set that the functions use.
    var architecture: String {
      switch instructions {
      case IMB_ARCH_AVX512: usesVAES ? "AVX512, VAES" : "AVX512"
      case IMB_ARCH_AVX2: "AVX2"
      case IMB_ARCH_AVX: "AVX"
      case IMB_ARCH_SSE: "SSE"
      case IMB_ARCH_NOAESNI: "no AES instructions"
      default: "instruction set \(instructions.rawValue)"
      }
    }
  }
#endif
