import Glibc

/// A system call that failed: which one, on what, and with which errno.
///
/// Thrown by set-up and by control calls only; a running lane counts failures instead of throwing.
package struct SystemError: Error, Equatable, CustomStringConvertible {
  /// The call and its subject as a user would search for it: "TUNSETIFF fastun0", "bind 0.0.0.0:51900".
  package let operation: String
  /// The errno it left.
  package let code: Int32

  package init(_ operation: String, code: Int32) {
    self.operation = operation
    self.code = code
  }

  /// Takes the errno of the call made just before.
  package static func last(_ operation: String) -> SystemError {
    SystemError(operation, code: errno)
  }

  package var description: String {
    "\(operation): \(unsafe String(cString: strerror(code))) (errno \(code))"
  }
}
