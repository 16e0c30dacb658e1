import Dataplane
import Testing

@testable import Handshake

@Suite struct CookieJarTests {
  private let source = SocketAddress(.v4(0xc000_0201), port: 51_900)
  private let ephemeral = [UInt8](repeating: 7, count: 32)
  private let start = ContinuousClock.now

  @Test("A cookie is good for its source, index and key only")
  func binding() {
    var random = SeededRandom(1)
    var jar = CookieJar(using: &random)
    let cookie = jar.cookie(
      for: source, index: 1, ephemeral: ephemeral[...], now: start, using: &random)
    #expect(cookie.count == 16)
    func isValid(
      _ cookie: [UInt8], _ source: SocketAddress, _ index: UInt32, _ ephemeral: [UInt8]
    ) -> Bool {
      jar.isValid(
        cookie, for: source, index: index, ephemeral: ephemeral[...], now: start, using: &random)
    }
    #expect(isValid(cookie, source, 1, ephemeral))
    #expect(!isValid(cookie, SocketAddress(source.address, port: 51_901), 1, ephemeral))
    #expect(!isValid(cookie, SocketAddress(source.address, port: 51_900, scope: 2), 1, ephemeral))
    #expect(!isValid(cookie, SocketAddress(.v4(0xc000_0202), port: 51_900), 1, ephemeral))
    #expect(!isValid(cookie, source, 2, ephemeral))
    #expect(!isValid(cookie, source, 1, [8] + ephemeral.dropFirst()))
    #expect(!isValid([UInt8](repeating: 0, count: 16), source, 1, ephemeral))
    for index in cookie.indices {
      var changed = cookie
      changed[index] ^= 1
      #expect(!isValid(changed, source, 1, ephemeral))
    }
    // Another process has another secret.
    jar = CookieJar(using: &random)
    #expect(!isValid(cookie, source, 1, ephemeral))
  }

  @Test(
    "A cookie is good for two to four minutes",
    arguments: [
      (0, 0, true), (0, 119, true), (0, 120, true), (0, 239, true), (0, 240, false),
      (119, 121, true), (119, 239, true), (119, 240, false),
    ])
  func age(made: Int, used: Int, isValid: Bool) {
    var random = SeededRandom(2)
    var jar = CookieJar(using: &random)
    // The secret's first use.
    _ = jar.cookie(for: source, index: 9, ephemeral: ephemeral[...], now: start, using: &random)
    let cookie = jar.cookie(
      for: source, index: 1, ephemeral: ephemeral[...], now: start + .seconds(made), using: &random)
    // Somebody comes in between, as in life: that must not prolong anything.
    _ = jar.cookie(
      for: source, index: 9, ephemeral: ephemeral[...], now: start + .seconds(max(made, used - 1)),
      using: &random)
    let now = start + .seconds(used)
    let verdict = jar.isValid(
      cookie, for: source, index: 1, ephemeral: ephemeral[...], now: now, using: &random)
    #expect(verdict == isValid)
  }
}
