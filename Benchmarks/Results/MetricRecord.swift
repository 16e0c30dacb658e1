/// What a figure measures.
struct MetricRecord: Codable, Equatable, Sendable {
  /// By which samples have it.
  let name: String
  let unit: String
  /// Whether more of it is better, or less; nil: it is neither, but explains others.
  let isBetterHigher: Bool?

  /// What it is called in a sentence.
  var title: String { Self.titles[name] ?? unit }
  /// What it is called above a chart, with its unit.
  var caption: String {
    let isSaid = Self.titles[name] == nil || Self.withoutUnit.contains(name)
    return isSaid ? title : "\(title) in \(shortUnit)"
  }
  /// The unit alone, without the words that some units begin with.
  var shortUnit: String {
    let words = unit.split(separator: " ")
    if name == "cpuPerGB" { return "s/GB" }
    let isLastWord = ["seal", "open"].contains(name) || percentile != nil
    let short = isLastWord ? String(words.last ?? "") : unit
    return short == "us" ? "µs" : short
  }
  var direction: String? { isBetterHigher.map { $0 ? "more is better" : "less is better" } }

  /// Of a latency, its percentile: 99.9 of "loaded p99.9 us". Nil of what is no percentile.
  var percentile: Double? { percentileWord.flatMap { Double($0.dropFirst()) } }
  /// What percentiles of one distribution have in common.
  var distribution: String {
    let words = unit.split(separator: " ").map(String.init)
    return words.filter { $0 != percentileWord }.joined(separator: " ")
  }

  /// "p99.9", as it stands in the unit.
  var percentileWord: String? {
    unit.split(separator: " ").first {
      $0.first == "p" && Double($0.dropFirst()).map { 0..<100 ~= $0 } ?? false
    }.map(String.init)
  }

  /// Those whose title says the unit already.
  private static let withoutUnit: Set = ["wireShare", "dip", "calls", "lost"]

  private static let titles = [
    "goodput": "Goodput", "cpuPerGB": "CPU time per GB",
    "wireShare": "Bytes on the wire per byte of payload",
    "packetRate": "Packet rate", "memory": "Resident memory",
    "idleCPU": "CPU time without traffic", "lost": "Datagrams lost",
    "dip": "Lowest goodput near new keys, against the median",
    "calls": "Calls that allocate or count references",
    "seal": "Time to seal", "open": "Time to open", "sealAndOpen": "Time to seal and open",
  ]
}
