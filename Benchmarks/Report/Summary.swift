/// The median of some values, with the lowest and the highest.
struct Summary: CustomStringConvertible, Equatable {
  let median: Double
  let lowest: Double
  let highest: Double

  /// nil of nothing.
  init?(_ values: [Double]) {
    guard !values.isEmpty else { return nil }
    let sorted = values.sorted()
    let middle = sorted.count / 2
    median = sorted.count % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2
    lowest = sorted[0]
    highest = sorted[sorted.count - 1]
  }

  var description: String { "\(number(median)) [\(number(lowest))–\(number(highest))]" }
}

/// Three significant digits, no exponent. Only zero is "0": "0.00" is less than can be shown.
func number(_ value: Double) -> String { number(value, more: 0) }

/// The same with so many digits more.
func number(_ value: Double, more: Int) -> String {
  if value == 0 { return "0" }
  var decimals = 2
  if abs(value) >= 100 { decimals = 0 } else if abs(value) >= 10 { decimals = 1 }
  decimals += more
  var scale = 1.0
  for _ in 0..<decimals { scale *= 10 }
  let scaled = Int((value * scale).rounded())
  guard decimals > 0 else { return String(scaled) }
  let digits = String(abs(scaled) % Int(scale))
  let padding = String(repeating: "0", count: decimals - digits.count)
  return "\(scaled < 0 ? "-" : "")\(abs(scaled) / Int(scale)).\(padding)\(digits)"
}

/// The same without zeros at its end: "2", "0.25".
func short(_ value: Double) -> String {
  var text = number(value)
  guard text.contains(".") else { return text }
  while text.last == "0" { text.removeLast() }
  return text.last == "." ? String(text.dropLast()) : text
}

extension String {
  /// As it begins a line.
  var capitalizedFirst: String { prefix(1).uppercased() + dropFirst() }

  /// Filled with spaces to a width in characters.
  func padded(_ width: Int) -> String {
    self + String(repeating: " ", count: Swift.max(0, width - count))
  }
}
