import Glibc
import Synchronization
import Testbed

/// Ends a run early, and in good order, when somebody asks for it.
///
/// SIGINT, SIGTERM and SIGHUP are blocked in all threads, and one thread waits for them. A
/// measurement cannot be broken off from within, so that thread takes its namespaces and processes
/// away, reports what was measured before, and ends the process under it. What it was in the middle
/// of does not count.
enum Interruption {
  /// Exit status after a signal; 130 is what shells say of SIGINT.
  static let exitStatus: Int32 = 130

  private static let hasBegun = Atomic(false)

  /// Holds a thread for good once the process is being ended: what it does from then on fails for
  /// no reason of its own, and its exit would cut the report short.
  static func parkIfBegun() {
    while hasBegun.load(ordering: .acquiring) { pause() }
  }

  /// To be called before any other thread is there. `snapshot` gets the signal's name, and keeps
  /// what was measured before; what it returns is called when everything is removed.
  static func watch(_ snapshot: @escaping @Sendable (String) -> () -> Void) {
    var signals = sigset_t()
    sigemptyset(&signals)
    sigaddset(&signals, SIGINT)
    sigaddset(&signals, SIGTERM)
    // Whoever started this with nohup wants it to outlive the terminal.
    if !isIgnored(SIGHUP) { sigaddset(&signals, SIGHUP) }
    pthread_sigmask(SIG_BLOCK, &signals, nil)
    let awaited = signals
    _ = Background<Never> {
      var awaited = awaited
      var number: Int32 = 0
      while sigwait(&awaited, &number) != 0 {}
      end(by: number, snapshot)
    }
  }

  private static func end(by number: Int32, _ snapshot: (String) -> () -> Void) -> Never {
    hasBegun.store(true, ordering: .releasing)
    let name =
      switch number {
      case SIGINT: "Ctrl-C"
      case SIGTERM: "SIGTERM"
      default: "SIGHUP"
      }
    let report = snapshot(name)
    tell("\n\(name): removing what was set up")
    if !Testbed.clear() {
      complain("namespaces may be left; 'ip netns list' shows them")
    }
    report()
    fflush(nil)
    // Not exit(): other threads are at work still.
    _exit(exitStatus)
  }

  private static func isIgnored(_ number: Int32) -> Bool {
    var action = sigaction()
    sigaction(number, nil, &action)
    // SIG_IGN is a macro with a cast, which Swift does not import: the handler at address 1.
    return unsafeBitCast(action.__sigaction_handler.sa_handler, to: Int.self) == 1
  }
}
