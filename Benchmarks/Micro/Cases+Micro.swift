import Dataplane

/// Single operations: a case for each, so that `--case` takes their names.
extension Case {
  static let micro: [Case] = TrialKind.allCases.map { kind in
    Case(
      suite: .micro, name: kind.rawValue, title: kind.title, measurement: .micro(kind),
      variants: [Variant(name: kind.rawValue, carrier: .none)],
      rows: [.absolute(kind.title, .operation, kind.rawValue, .none)])
  }
}
