import Dataplane
import Glibc
import Synchronization

/// Writes whole lines to a descriptor that somebody should read.
///
/// A reader that does not read loses lines and never halts the tunnel: the thread that writes here also
/// takes the signals and watches the peer.
package final class LineOutput: Sendable {
  package static let standardOutput = LineOutput(STDOUT_FILENO)
  package static let standardError = LineOutput(STDERR_FILENO)

  private let descriptor: Int32
  /// Whether the last line found no room; the next one does not wait for any.
  private let isBlocked = Atomic(false)

  /// How long a line waits for room, in milliseconds.
  private static let patience: Int32 = 1_000
  /// What a pipe that has room takes at once, all of it or nothing (PIPE_BUF of pipe(7)): lines up to this
  /// length are never cut, nor mixed with another process's.
  private static let piece = 4_096

  package init(_ descriptor: Int32) {
    self.descriptor = descriptor
  }

  /// Writes a line that somebody asked for and that is all there is to have.
  ///
  /// - Throws: where it could not be written whole.
  package func print(_ line: String) throws(SetupError) {
    guard writeWhole(line) else {
      throw SetupError(
        "standard output cannot be written (\(SystemError.last("write")))",
        remedy: "make room there, or write elsewhere", status: .systemError)
    }
  }

  /// Writes a line, given without its end, at once. Nobody reading any more is no reason to stop.
  package func write(_ line: String) { _ = writeWhole(line) }

  /// Whether a line was written to its end.
  private func writeWhole(_ line: String) -> Bool {
    var rest = ArraySlice("\(line)\n".utf8)
    while !rest.isEmpty {
      guard hasRoom() else { return false }
      let written = rest.prefix(Self.piece).withUnsafeBytes {
        Glibc.write(descriptor, $0.baseAddress, $0.count)
      }
      guard written > 0 || errno == EINTR else { return false }
      rest = rest.dropFirst(max(written, 0))
    }
    return true
  }

  private func hasRoom() -> Bool {
    var target = pollfd(fd: descriptor, events: Int16(POLLOUT), revents: 0)
    let wait = isBlocked.load(ordering: .relaxed) ? 0 : Self.patience
    let hasRoom = poll(&target, 1, wait) > 0
    isBlocked.store(!hasRoom, ordering: .relaxed)
    return hasRoom
  }
}
