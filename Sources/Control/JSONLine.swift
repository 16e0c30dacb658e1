/// One JSON object on one line, its members in the order in which they were written.
struct JSONLine {
  /// A value of JSON, as far as fastun writes any.
  indirect enum Value {
    case text(String)
    case integer(Int)
    case unsigned(UInt64)
    /// Finite; written with at most six decimals.
    case real(Double)
    case object([(String, Value)])
    case array([Value])
  }

  let members: [(String, Value)]

  /// The line, without its end.
  var text: String { Self.text(.object(members)) }

  private static func text(_ value: Value) -> String {
    switch value {
    case .text(let text): quoted(text)
    case .integer(let number): "\(number)"
    case .unsigned(let number): "\(number)"
    case .real(let number): number.isFinite ? "\((number * 1e6).rounded() / 1e6)" : "null"
    case .object(let members):
      "{" + members.map { "\(quoted($0)):\(text($1))" }.joined(separator: ",") + "}"
    case .array(let values): "[" + values.map(text).joined(separator: ",") + "]"
    }
  }

  /// RFC 8259, section 7: quotes, backslashes and control characters are escaped.
  private static func quoted(_ text: String) -> String {
    var result = "\""
    for scalar in text.unicodeScalars {
      switch scalar {
      case "\"": result += "\\\""
      case "\\": result += "\\\\"
      case _ where scalar.value < 0x20:
        let digits = String(scalar.value, radix: 16)
        result += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
      default: result.unicodeScalars.append(scalar)
      }
    }
    return result + "\""
  }
}
