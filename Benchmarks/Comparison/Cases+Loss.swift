import Testbed

/// What is lost on the way, and what becomes of the rest. Offloads are off, since elsewhere the rule
/// that drops would see trains whole.
extension Case {
  static let loss = [0, 1, 10, 30].map(lossy)

  private static func lossy(_ perThousand: Int) -> Case {
    let percent = number(Double(perThousand) / 10)
    return Case(
      suite: .loss, name: "loss-\(percent)",
      title: "JSON log over TCP, \(percent) % of datagrams lost, veth mode off",
      measurement: .loss(perThousand: perThousand), mode: .off,
      variants: [
        plain, fastun,
        Variant(name: "fastun LZ4", carrier: .fastun(compress: "always", plaintext: true)),
      ],
      rows: [
        .ratio(
          "goodput at \(percent) % loss, in the clear, against the plain loop", .goodput,
          "fastun", to: "plain", .none)
      ])
  }
}
