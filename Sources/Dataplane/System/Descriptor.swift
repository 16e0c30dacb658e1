import Glibc

/// An open file descriptor, closed when its last owner lets go.
///
/// A class and not a noncopyable struct because descriptors of all lanes live in arrays of the control
/// side; lanes themselves use the raw number, which outlives them (``Forwarder`` joins its lanes first).
package final class Descriptor: Sendable {
  package let raw: Int32

  package init(_ raw: Int32) { self.raw = raw }

  deinit { _ = Glibc.close(raw) }
}
