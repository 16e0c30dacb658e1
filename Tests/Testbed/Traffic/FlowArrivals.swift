/// The numbers of one flow that have come, each remembered, so that a repeated one is told apart.
package struct FlowArrivals {
  /// What they say of the flow, but for `sent`, which the receiver cannot know.
  package private(set) var counts = FlowCounts()
  private var next = 0
  private var seen: [UInt64] = []

  package init() {}

  package mutating func note(_ number: Int) {
    while seen.count <= number >> 6 { seen.append(0) }
    let bit = UInt64(1) << UInt64(number & 63)
    if seen[number >> 6] & bit != 0 {
      counts.duplicated += 1
      return
    }
    seen[number >> 6] |= bit
    counts.received += 1
    if number < next { counts.reordered += 1 } else { next = number + 1 }
  }
}
