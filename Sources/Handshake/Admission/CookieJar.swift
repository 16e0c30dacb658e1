import Crypto
import Dataplane

/// Cookies: what a source has to repeat to show that it gets what is sent to its address.
///
/// Nothing is remembered for one: a cookie is a MAC over the source and the initiation it is for, with a
/// secret that changes every two minutes. One is accepted for two to four minutes.
struct CookieJar {
  static let lifetime = Duration.seconds(120)

  private var current: SymmetricKey
  private var previous: SymmetricKey?
  private var changed: ContinuousClock.Instant?

  init(using random: inout some RandomNumberGenerator) { current = random.symmetricKey() }

  /// The 16 bytes for an initiation of `ephemeral` by `index` at `source`.
  mutating func cookie(
    for source: SocketAddress, index: UInt32, ephemeral: ArraySlice<UInt8>,
    now: ContinuousClock.Instant, using random: inout some RandomNumberGenerator
  ) -> [UInt8] {
    change(now: now, using: &random)
    return Self.cookie(source, index, ephemeral, current)
  }

  /// Whether `cookie` was made here for the same, with one of the last two secrets.
  mutating func isValid(
    _ cookie: [UInt8], for source: SocketAddress, index: UInt32, ephemeral: ArraySlice<UInt8>,
    now: ContinuousClock.Instant, using random: inout some RandomNumberGenerator
  ) -> Bool {
    // The usual case, and free: zeros stand for no cookie.
    guard cookie.contains(where: { $0 != 0 }) else { return false }
    change(now: now, using: &random)
    return [current, previous].contains { secret in
      guard let secret else { return false }
      let expected = Self.cookie(source, index, ephemeral, secret)
      // In constant time, so that no byte can be guessed before the others.
      return zip(expected, cookie).reduce(expected.count ^ cookie.count) { $0 | Int($1.0 ^ $1.1) }
        == 0
    }
  }

  /// Changes the secret when it is due, counted from its first use.
  private mutating func change(
    now: ContinuousClock.Instant, using random: inout some RandomNumberGenerator
  ) {
    guard let changed else {
      self.changed = now
      return
    }
    let age = now - changed
    guard age >= Self.lifetime else { return }
    previous = age < Self.lifetime * 2 ? current : nil
    current = random.symmetricKey()
    // Counted on from when it was due, so that a change that comes late prolongs nothing.
    self.changed = age < Self.lifetime * 2 ? changed + Self.lifetime : now
  }

  private static func cookie(
    _ source: SocketAddress, _ index: UInt32, _ ephemeral: ArraySlice<UInt8>, _ secret: SymmetricKey
  ) -> [UInt8] {
    // The address's length tells where it ends: everything else is of fixed size.
    var said = source.address.bytes
    said.append(little: source.port)
    said.append(little: source.scope)
    said.append(little: index)
    said += ephemeral
    let code = HMAC<SHA256>.authenticationCode(for: said, using: secret)
    return Array(code.prefix(HandshakeMessage.cookieSize))
  }
}
