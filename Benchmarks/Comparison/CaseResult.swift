/// The samples of a case, and what they say about its rows.
struct CaseResult {
  let of: Case
  /// By round, then by variant; a variant that failed in a round is missing there.
  var rounds: [Row.Round] = []
  /// What went wrong, in words.
  var failures: [String] = []
  /// Variants that cannot be measured here, with the reason.
  var leftOut: [String: String] = [:]

  init(of one: Case) { of = one }

  /// The row's figure in every round that has one.
  func values(_ row: Row) -> [Double] { row.values(rounds) }

  /// Why the row has no figure, where one of its variants was left out.
  func leftOut(_ row: Row) -> String? {
    row.variants.lazy.compactMap { leftOut[$0] }.first
  }

  /// A variant's metric in every round that has it.
  func values(_ variant: Case.Variant, _ metric: Sample.Metric) -> [Double] {
    rounds.compactMap { $0[variant.name]?[metric].map { $0 / metric.scale } }
  }
}
