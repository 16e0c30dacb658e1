internal import CFastun
import Glibc

/// Waits by poll: where io_uring is not to be had.
@safe
struct PollEngine: Engine, ~Copyable {
  var outputs: Outputs
  private var inputs: Inputs
  private let wake: Int32
  private var isWoken = false
  private var pollFailure: Int32 = 0

  init(_ outputs: Outputs, wake: Int32) {
    self.outputs = outputs
    self.wake = wake
    inputs = Inputs(outputs)
  }

  var failure: Int32 { inputs.failure != 0 ? inputs.failure : pollFailure }

  mutating func wait() {
    // A turn that used up its budget has more to take: look without blocking.
    let more = inputs.begin(reads: outputs.takesFrames)
    let isFull = !outputs.waiting.isEmpty
    var events: (pollfd, pollfd, pollfd) = (
      pollfd(fd: outputs.queue, events: outputs.takesFrames ? Int16(POLLIN) : 0, revents: 0),
      pollfd(
        fd: outputs.socket, events: Int16(POLLIN) | (isFull ? Int16(POLLOUT) : 0), revents: 0),
      pollfd(fd: wake, events: Int16(POLLIN), revents: 0)
    )
    // SAFETY: a tuple of three pollfd is laid out as an array of them.
    let ready = unsafe withUnsafeMutableBytes(of: &events) {
      unsafe poll($0.baseAddress?.assumingMemoryBound(to: pollfd.self), 3, more ? 0 : -1)
    }
    if ready < 0, errno != EINTR { pollFailure = errno }
    if !more { inputs.woke() }
    if Int32(events.1.revents) & POLLOUT != 0 { sendWaiting() }
    inputs.device.isReady = events.0.revents != 0
    inputs.peer.isReady = events.1.revents != 0
    isWoken = events.2.revents != 0
  }

  mutating func next() -> Event? {
    if isWoken {
      isWoken = false
      var value: UInt64 = 0
      // SAFETY: eight bytes of this frame.
      _ = unsafe read(wake, &value, 8)
      return .wake
    }
    return inputs.next(reads: outputs.takesFrames)
  }

  /// `wait` asks for room whenever trains wait.
  func awaitRoom() {}

  mutating func finish() { drain() }
}
