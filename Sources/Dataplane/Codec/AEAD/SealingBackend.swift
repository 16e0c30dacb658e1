internal import CLibcrypto
import Glibc

#if IPSEC_MB
  typealias AESBackend = IPSecMBKey
#else
  typealias AESBackend = EVPKey
#endif
/// By libcrypto everywhere: it is for sides without AES instructions, which seldom have libipsec-mb.
typealias ChaChaBackend = EVPKey

/// Which library seals datagrams here.
package enum SealingBackend {
  /// Readies the library that seals with `cipher`; comes before any key.
  package static func prepare(for cipher: Cipher) throws(SealingUnavailable) {
    #if IPSEC_MB
      if cipher == .aes256GCM {
        _ = try IPSecMB.loaded.get()
        return
      }
    #endif
    let name = cipher == .aes256GCM ? "AES-256-GCM" : "ChaCha20-Poly1305"
    // A libcrypto may be built, or told by its configuration (FIPS), to do without.
    guard let algorithm = unsafe EVP_CIPHER_fetch(nil, name, nil) else {
      throw SealingUnavailable("libcrypto has no \(name)")
    }
    unsafe EVP_CIPHER_free(algorithm)
  }

  /// For the log: "libipsec-mb 1.3.0 (AVX512)".
  package static func description(for cipher: Cipher) -> String {
    #if IPSEC_MB
      if cipher == .aes256GCM, case .success(let library) = IPSecMB.loaded {
        return "libipsec-mb \(IPSecMB.version) (\(library.architecture))"
      }
    #endif
    return unsafe "libcrypto \(String(cString: OpenSSL_version(OPENSSL_VERSION_STRING)))"
  }
}
