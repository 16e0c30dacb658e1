package import Dataplane

/// What a side tells the other about itself, sealed into the second and third message.
///
/// ```
/// 0         1       2         3       4         6               8               12          16
/// version   lanes   ciphers   flags   MTU 16    base port 16    features 32     index 32    ignored
/// ```
///
/// Numbers are little-endian. A later fastun may add bytes and set bits that are unknown here: they are
/// ignored, so that old and new understand each other. The version changes only where they could not.
package struct Offer: Hashable, Sendable {
  static let version: UInt8 = 1
  static let minimumSize = 16
  static let maximumSize = 128

  private enum Bits {
    static let aes256GCM: UInt8 = 1 << 0
    static let chaCha20Poly1305: UInt8 = 1 << 1
    static let prefersChaCha: UInt8 = 1 << 0
  }

  /// From 1.
  package var lanes: UInt8
  package var ciphers: Set<Cipher>
  /// The side has no AES instructions, so that the other cipher is the faster one.
  package var prefersChaCha: Bool
  /// Of the inner packets, in bytes. Any number may come: the receiver takes it with care.
  package var mtu: UInt16
  /// The UDP port of lane 0; lane i has the i-th after it, which is at most 65,535.
  package var basePort: UInt16
  /// A bit for each thing that later versions can do; none are defined yet.
  package var features: UInt32
  /// What datagrams to this side carry as the receiver's index. Never 0 on the wire; in a template 0.
  package internal(set) var index: UInt32 = 0

  package init(
    lanes: UInt8, ciphers: Set<Cipher> = Set(Cipher.allCases), prefersChaCha: Bool = false,
    mtu: UInt16, basePort: UInt16, features: UInt32 = 0
  ) {
    self.lanes = lanes
    self.ciphers = ciphers
    self.prefersChaCha = prefersChaCha
    self.mtu = mtu
    self.basePort = basePort
    self.features = features
    precondition(isPossible)
  }

  /// The cipher of a session between the two sides that offer this, the same seen from each: AES-256-GCM
  /// where both have it and neither is slow at it, else ChaCha20-Poly1305, else none.
  package static func commonCipher(_ one: Offer, _ other: Offer) -> Cipher? {
    let common = one.ciphers.intersection(other.ciphers)
    if common.contains(.aes256GCM), !one.prefersChaCha, !other.prefersChaCha { return .aes256GCM }
    return common.contains(.chaCha20Poly1305) ? .chaCha20Poly1305 : nil
  }

  var encoded: [UInt8] {
    precondition(isPossible && index != 0)
    var bytes: [UInt8] = [Self.version, lanes, 0, prefersChaCha ? Bits.prefersChaCha : 0]
    if ciphers.contains(.aes256GCM) { bytes[2] |= Bits.aes256GCM }
    if ciphers.contains(.chaCha20Poly1305) { bytes[2] |= Bits.chaCha20Poly1305 }
    bytes.append(little: mtu)
    bytes.append(little: basePort)
    bytes.append(little: features)
    bytes.append(little: index)
    return bytes
  }

  /// Judges any bytes.
  init(decoding bytes: [UInt8]) throws(Drop) {
    guard (Self.minimumSize...Self.maximumSize).contains(bytes.count) else { throw .malformed }
    guard bytes[0] == Self.version else { throw .version }
    lanes = bytes[1]
    ciphers = []
    if bytes[2] & Bits.aes256GCM != 0 { ciphers.insert(.aes256GCM) }
    if bytes[2] & Bits.chaCha20Poly1305 != 0 { ciphers.insert(.chaCha20Poly1305) }
    prefersChaCha = bytes[3] & Bits.prefersChaCha != 0
    mtu = bytes.little(4, as: UInt16.self)
    basePort = bytes.little(6, as: UInt16.self)
    features = bytes.little(8, as: UInt32.self)
    index = bytes.little(12, as: UInt32.self)
    guard isPossible, index != 0 else { throw .malformed }
  }

  private var isPossible: Bool {
    lanes >= 1 && basePort >= 1 && Int(basePort) + Int(lanes) - 1 <= 65_535
  }
}
