import CFastun
import Glibc
import Testing

@testable import Dataplane

@Suite("Secrets")
struct SecretTests {
  @Test("Of a secret that nobody holds any more nothing is left in memory")
  func wiped() throws {
    // Given back, the memory is nobody's to read: the kernel shows it without being asked whose it is.
    let memory = Descriptor(ft_open("/proc/self/mem", O_RDONLY | O_CLOEXEC))
    try #require(memory.raw >= 0)
    var seen = [UInt8](repeating: 0, count: 512)
    let address = {
      let secret = Self.secret(count: seen.count)
      let address = secret.withBytes { off_t(bitPattern: $0.baseAddress) }
      #expect(pread(memory.raw, &seen, seen.count, address) == seen.count)
      #expect(seen.allSatisfy { $0 == Self.byte })
      withExtendedLifetime(secret) {}
      return address
    }()
    let count = pread(memory.raw, &seen, seen.count, address)
    // Whoever has it next may have written to it.
    let isLeft = seen.prefix(max(count, 0)).contains([UInt8](repeating: Self.byte, count: 16))
    #expect(!isLeft)
  }

  private static let byte: UInt8 = 0xc7

  private static func secret(count: Int) -> Secret {
    [UInt8](repeating: byte, count: count).withUnsafeBytes { Secret($0) }
  }
}
