import Dataplane

/// The counters that counted, for people: a row each, with the sum and, for few lanes, each lane's share.
struct CounterTable {
  let lines: [String]

  /// More lanes than these would not fit a terminal's width.
  static let widestLanes = 8

  init(_ sample: Sample) {
    let showsLanes = (2...Self.widestLanes).contains(sample.lanes.count)
    var rows: [[String]] = [
      ["counter", "total"] + (showsLanes ? sample.lanes.indices.map { "lane \($0)" } : [])
    ]
    for counter in Counter.allCases where sample[counter] != 0 {
      let shares = sample.lanes.map { "\($0[counter, default: 0])" }
      rows.append([counter.rawValue, "\(sample[counter])"] + (showsLanes ? shares : []))
    }
    for (name, count) in sample.tunnel where count != 0 {
      rows.append([name, "\(count)"])
    }
    let widths = rows[0].indices.map { column in
      rows.map { column < $0.count ? $0[column].count : 0 }.max() ?? 0
    }
    lines = rows.map { row in
      row.indices.map { column in
        let padding = String(repeating: " ", count: widths[column] - row[column].count)
        return column == 0 ? row[column] + padding : padding + row[column]
      }.joined(separator: "  ")
    }
  }
}
