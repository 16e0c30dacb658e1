import CFastun
package import Dataplane
import Glibc

/// The signals that end the tunnel, SIGINT and SIGTERM, taken as data instead of by a handler.
package struct Signals {
  /// Readable when one of them came (signalfd(2)).
  package let descriptor: Descriptor
  private let set: sigset_t

  /// Blocks them in the calling thread and those it will start, so to be called before any is started.
  package init() throws(SetupError) {
    var set = sigset_t()
    sigemptyset(&set)
    sigaddset(&set, SIGINT)
    sigaddset(&set, SIGTERM)
    pthread_sigmask(SIG_BLOCK, &set, nil)
    // A reader of standard output that went away must not end the tunnel.
    signal(SIGPIPE, SIG_IGN)
    let raw = signalfd(-1, &set, Int32(SFD_CLOEXEC) | Int32(SFD_NONBLOCK))
    guard raw >= 0 else { throw SetupError(SystemError.last("signalfd")) }
    self.set = set
    descriptor = Descriptor(raw)
  }

  /// The signal that came, taken off; nil where none waits.
  func take() -> Int32? {
    var information = signalfd_siginfo()
    let size = MemoryLayout<signalfd_siginfo>.size
    guard read(descriptor.raw, &information, size) == size else { return nil }
    return Int32(information.ssi_signo)
  }

  /// Gives the signals their usual effect again, so that a second one ends a stop that hangs.
  func release() {
    var set = set
    pthread_sigmask(SIG_UNBLOCK, &set, nil)
  }
}
