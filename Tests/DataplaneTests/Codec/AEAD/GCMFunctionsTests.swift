#if IPSEC_MB
  import CIPSecMB
  import Testing

  @testable import Dataplane

  @Suite("Which of libipsec-mb's functions seal")
  struct GCMFunctionsTests {
    let chosen: GCMFunctions

    init() throws { chosen = try IPSecMB.loaded.get().gcm }

    /// `chosen`, with one of them in another's place.
    func functions(
      expand: aes_gcm_pre_t? = nil, seal: aes_gcm_enc_dec_t? = nil, open: aes_gcm_enc_dec_t? = nil
    ) throws -> GCMFunctions {
      try #require(
        GCMFunctions(
          ft_gcm256(
            expand: expand ?? chosen.expand, seal: seal ?? chosen.seal, open: open ?? chosen.open)))
    }

    @Test("Those that seal and open alike agree")
    func alike() throws {
      #expect(try chosen.agree(with: functions()))
    }

    @Test("Those that seal, open or expand otherwise do not, whichever side they are on")
    func otherwise() throws {
      let others = [
        // The tag is over the wrong text.
        try functions(seal: chosen.open), try functions(open: chosen.seal),
        // Nothing is done.
        try functions(seal: { _, _, _, _, _, _, _, _, _, _ in }),
        try functions(open: { _, _, _, _, _, _, _, _, _, _ in }),
        try functions(expand: { _, _ in }),
      ]
      for other in others {
        #expect(!other.agree(with: chosen))
        #expect(!chosen.agree(with: other))
      }
    }

    @Test("Functions of which one is missing are none")
    func missing() {
      let (expand, seal, open) = (chosen.expand, chosen.seal, chosen.open)
      #expect(GCMFunctions(ft_gcm256(expand: nil, seal: seal, open: open)) == nil)
      #expect(GCMFunctions(ft_gcm256(expand: expand, seal: nil, open: open)) == nil)
      #expect(GCMFunctions(ft_gcm256(expand: expand, seal: seal, open: nil)) == nil)
    }

    @Test("VAES seals where the CPU has it and the library has functions for it")
    func vaes() throws {
      // Version 1.3, which is Debian 12's, has them for AVX-512 alone.
      let registers: Substring = imb_get_version() >= 2 << 16 ? "avx2" : "avx512f"
      let isExpected = try KernelCPU.features().isSuperset(of: ["vaes", "vpclmulqdq", registers])
      let description = SealingBackend.description(for: .aes256GCM)
      #expect(description.hasSuffix(", VAES)") == isExpected, "\(description)")
    }
  }
#endif
