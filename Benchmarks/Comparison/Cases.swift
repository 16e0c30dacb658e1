import Testbed

extension Case {
  /// Everything that is compared, in the order of the table.
  static let all: [Case] =
    ladder + packets + latencies + loss + compressions + scaling + sealing + peers + more + [seal]
    + micro

  /// Variants that several suites have in common. fastun has one queue and does not compress unless
  /// said otherwise; in the clear it is compared with what does not seal either.
  static let direct = Variant(name: "direct", carrier: .direct)
  static let vxlan = Variant(name: "vxlan", carrier: .vxlan)
  static let relay = Variant(name: "bare relay", carrier: .relay)
  static let plain = Variant(name: "plain", carrier: .plain())
  static let plainThreads = Variant(name: "plain threads", carrier: .plain(threads: true))
  static let fastun = Variant(name: "fastun", carrier: .fastun(plaintext: true))
  static let poll = Variant(
    name: "fastun poll", carrier: .fastun(engine: "poll", plaintext: true))
  static let sealedOne = Variant(name: "sealed", carrier: .fastun())
}
