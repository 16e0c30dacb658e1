/// Why something cannot be measured here, which is no failure of it.
struct LeftOut: Error, CustomStringConvertible {
  let description: String

  init(_ reason: String) { description = reason }
}
