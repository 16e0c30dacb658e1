import Testbed

/// Compression by payload and link.
extension Case {
  static let compressions = [
    compression("json", .json), compression("json-shaped", .json, link: gigabit),
    compression("json-slow", .json, link: 100_000_000), compression("text", .text, link: gigabit),
    compression("binary", .binary, link: gigabit), compression("random", .random),
    compression("random-shaped", .random, link: gigabit),
  ]

  private static let gigabit = 1_000_000_000

  /// `off`, `always` and `auto` on one payload, over a link of so many bits per second or of the
  /// machine's speed.
  static func compression(
    _ name: String, _ content: Content, link: Int? = nil, isExtra: Bool = false
  ) -> Case {
    let place = link.map { $0 < gigabit ? "\($0 / 1_000_000) Mb/s link" : "1 Gb/s link" }
    let title = "\(content.rawValue), \(place ?? "fast link")"
    var rows = [Row.auto("auto against the better of off and always, \(title), clear")]
    if content == .json {
      rows.insert(
        link == nil
          ? .ratio(
            "JSON log, datagram bytes always against off", .wireShare, "always", to: "off",
            .atMost(0.5))
          : .ratio(
            "JSON log over a \(place!), goodput always against off", .goodput, "always",
            to: "off", .atLeast(1.9)),
        at: 0)
    }
    return Case(
      suite: .lz4, name: name, title: "\(title), by compression, in the clear",
      measurement: .tcp(content: content), shaped: link, isExtra: isExtra,
      variants: ["off", "always", "auto"].map {
        Variant(name: $0, carrier: .fastun(compress: $0, plaintext: true))
      },
      rows: rows)
  }
}
