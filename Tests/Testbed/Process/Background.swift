import Glibc
import Synchronization

/// A thread with a result: traffic blocks in system calls, so it gets threads of its own.
package final class Background<Value: Sendable>: Sendable {
  private let outcome: Outcome
  private let thread: pthread_t
  private let joined = Mutex(false)

  private final class Outcome: Sendable {
    let result = Mutex<Result<Value, any Error>?>(nil)
  }

  package init(_ body: @escaping @Sendable () throws -> Value) {
    let outcome = Outcome()
    thread = startThread {
      let result = Result { try body() }
      outcome.result.withLock { $0 = result }
    }
    self.outcome = outcome
  }

  /// Waits for the thread's end; its value, or what it threw. May be asked again.
  package func value() throws -> Value {
    joined.withLock { done in
      if !done { pthread_join(thread, nil) }
      done = true
    }
    return try outcome.result.withLock { $0! }.get()
  }
}

private final class Body: Sendable {
  let run: @Sendable () -> Void
  init(_ run: @escaping @Sendable () -> Void) { self.run = run }
}

private func startThread(_ body: @escaping @Sendable () -> Void) -> pthread_t {
  var thread = pthread_t()
  let status = pthread_create(
    &thread, nil,
    { argument in
      Unmanaged<Body>.fromOpaque(argument!).takeRetainedValue().run()
      return nil
    }, Unmanaged.passRetained(Body(body)).toOpaque())
  precondition(status == 0, "no thread to be had: \(String(cString: strerror(status)))")
  return thread
}
