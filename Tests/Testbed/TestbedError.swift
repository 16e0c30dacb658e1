/// Why the test bed could not do what was asked, in one message that names the remedy or the
/// evidence.
package struct TestbedError: Error, CustomStringConvertible {
  package let description: String

  package init(_ description: String) { self.description = description }
}
