/// What is wrong with bytes that should have been right.
struct Problem: Error, CustomStringConvertible {
  let description: String
  init(_ description: String) { self.description = description }
}

/// Throws a ``Problem`` where the condition does not hold.
func require(_ condition: Bool, _ description: @autoclosure () -> String) throws(Problem) {
  if !condition { throw Problem(description()) }
}
