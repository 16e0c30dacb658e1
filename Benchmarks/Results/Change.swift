/// How a figure of one variant changed from one run to another.
struct Change: Equatable {
  /// In %: less than this is noise whatever the ranges say, and where a run has few samples, of
  /// which the range says little.
  static let leastNoise = 5.0
  static let leastNoiseOfFew = 15.0
  static let fewSamples = 3

  enum Verdict: String {
    case better
    case worse = "WORSE"
    case same = "-"
  }

  let older: Summary
  let newer: Summary
  /// Of the median, in %; infinite from nothing to something.
  let percent: Double
  /// What of it may be chance, in %.
  let noise: Double
  let verdict: Verdict

  /// nil where there is nothing to compare.
  ///
  /// The median must have moved by more than half of the older range and half of the newer range
  /// together, each in % of its median: so far apart are two medians from the same distribution
  /// only rarely, however widely it scatters.
  init?(_ olderValues: [Double], _ newerValues: [Double], isBetterHigher: Bool) {
    guard let older = Summary(olderValues), let newer = Summary(newerValues) else { return nil }
    self.older = older
    self.newer = newer
    let hasFew = min(olderValues.count, newerValues.count) < Self.fewSamples
    noise = max(
      hasFew ? Self.leastNoiseOfFew : Self.leastNoise, older.halfRange + newer.halfRange)
    if older.median == 0 {
      percent = newer.median == 0 ? 0 : .infinity
      // No percentage of nothing: it has changed where no sample is as it was.
      let isApart = newer.lowest > older.highest
      verdict = isApart ? (isBetterHigher ? .better : .worse) : .same
    } else {
      percent = (newer.median / older.median - 1) * 100
      let isMore = percent > 0
      verdict = abs(percent) <= noise ? .same : isMore == isBetterHigher ? .better : .worse
    }
  }
}

extension Summary {
  /// Half of the distance from lowest to highest, in % of the median.
  fileprivate var halfRange: Double {
    median == 0 ? 0 : (highest - lowest) / 2 / abs(median) * 100
  }
}
