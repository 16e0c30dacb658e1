/// A command line, taken word by word.
struct Arguments {
  private var rest: ArraySlice<String>

  init(_ all: [String]) { rest = all[...] }

  mutating func next() -> String? { rest.popFirst() }

  mutating func value(of option: String) throws(UsageError) -> String {
    guard let value = rest.popFirst() else { throw UsageError("\(option) needs a value") }
    return value
  }

  /// One value at least, and all up to the next option; each may hold several, with commas between.
  mutating func values(of option: String) throws(UsageError) -> [String] {
    var values = [try value(of: option)]
    while let next = rest.first, !next.hasPrefix("--") {
      values.append(next)
      rest.removeFirst()
    }
    return values.flatMap { $0.split(separator: ",").map(String.init) }
  }

  /// A number that lies in `range`.
  mutating func number<Number: LosslessStringConvertible>(
    of option: String, in range: ClosedRange<Number>
  ) throws(UsageError) -> Number {
    let text = try value(of: option)
    guard let number = Number(text), range ~= number else {
      throw UsageError("\(option) \(text) cannot be")
    }
    return number
  }

  /// One of a kind's names.
  mutating func choice<Kind: RawRepresentable<String>>(
    of option: String
  ) throws(UsageError) -> Kind {
    let text = try value(of: option)
    guard let kind = Kind(rawValue: text) else { throw UsageError("\(option) \(text) cannot be") }
    return kind
  }
}

/// An argument that cannot be.
struct UsageError: Error {
  let message: String
  init(_ message: String) { self.message = message }
}
