#if IPSEC_MB
  internal import CIPSecMB

  /// Intel's multi-buffer library, as far as it is used here: its AES-256-GCM that suits this CPU best.
  ///
  /// The library fills a manager with the functions that it chooses. They need nothing else of it, so they
  /// are copied out, and a datagram costs an indirect call and no look-up.
  struct IPSecMB: Sendable {
    let gcm: GCMFunctions
    // What the functions were written for; not as text, which would make every key count references.
    private let instructions: IMB_ARCH
    private let usesVAES: Bool

    /// Found out once, at set-up.
    static let loaded = Result(catching: load)

    static var version: String { unsafe String(cString: imb_get_version_str()) }

    private static func load() throws(SealingUnavailable) -> IPSecMB {
      // Expanded keys have another size in another major version, and a build may be made of pieces from before
      // and after an upgrade.
      guard imb_get_version() >> 16 == UInt32(IMB_VERSION_NUM) >> 16 else {
        throw SealingUnavailable(
          """
          fastun was built for libipsec-mb \(IMB_VERSION_STR) and runs with \(version): \
          build it anew (make clean build)
          """)
      }
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
      let chosen = unsafe ft_gcm256(
        expand: manager.pointee.gcm256_pre, seal: manager.pointee.gcm256_enc,
        open: manager.pointee.gcm256_dec)
      guard let gcm = GCMFunctions(chosen) else {
        throw SealingUnavailable("libipsec-mb has no AES-256-GCM for this CPU")
      }
      let needed = UInt64(IMB_FEATURE_VAES) | UInt64(IMB_FEATURE_VPCLMULQDQ)
      let hasVAES = unsafe manager.pointee.features & needed == needed
      guard hasVAES, ft_gcm256_is_without_vaes(chosen) else {
        return IPSecMB(gcm: gcm, instructions: architecture, usesVAES: hasVAES)
      }
      let vaes = vaesWithAVX2(besides: gcm)
      return IPSecMB(gcm: vaes ?? gcm, instructions: architecture, usesVAES: vaes != nil)
    }

    /// The functions that use VAES in AVX2's registers, where the library did not choose them.
    ///
    /// It lets a CPU without AVX-512 have them only if there is GFNI and SHA too, and with AVX-512 uses VAES only
    /// if there is GFNI and IFMA, for other ciphers' sake. GCM uses none of these; AMD's Zen 3 has no GFNI, and
    /// hypervisors may hide what they like. What the library did not choose, it did not test: so that is made up
    /// for. Nil where it has no such functions, as version 1.3, or they do not agree with `chosen`.
    private static func vaesWithAVX2(besides chosen: GCMFunctions) -> GCMFunctions? {
      guard let vaes = GCMFunctions(ft_gcm256_vaes_avx2()), vaes.agree(with: chosen) else {
        return nil
      }
      return vaes
    }

    /// The instruction set that the functions use.
    var architecture: String {
      // Versions before 2.0 tell two older ones apart, which their numbers are enough for.
      let name =
        switch instructions {
        case IMB_ARCH_AVX512: "AVX512"
        case IMB_ARCH_AVX2: "AVX2"
        case IMB_ARCH_SSE: "SSE"
        default: "instruction set \(instructions.rawValue)"
        }
      return usesVAES ? name + ", VAES" : name
    }
  }
#endif
