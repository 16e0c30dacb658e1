extension Runner {
  /// The series in which goodput fell deepest near a rekey: what a plot should not hide.
  var deepestDip: RekeySeries? {
    let samples = results.flatMap(\.rounds).flatMap(\.values).filter { $0.series != nil }
    return samples.min { ($0[.dip] ?? 1) < ($1[.dip] ?? 1) }?.series
  }
}
