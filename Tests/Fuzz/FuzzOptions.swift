/// How long a run is, and which.
struct FuzzOptions {
  private(set) var inputs = Int.max
  private(set) var seconds = Double.infinity
  private(set) var seed = UInt64.random(in: 0..<1_000_000_000)

  /// Nil where the arguments cannot be read. With neither inputs nor seconds: a million inputs.
  init?(_ arguments: ArraySlice<String>) {
    var rest = arguments
    while let name = rest.popFirst() {
      guard let text = rest.popFirst(), let value = UInt64(text), value < 1 << 62 else {
        return nil
      }
      switch name {
      case "--inputs": inputs = Int(value)
      case "--seconds": seconds = Double(value)
      case "--seed": seed = value
      default: return nil
      }
    }
    if inputs == .max, seconds == .infinity { inputs = 1_000_000 }
  }
}
