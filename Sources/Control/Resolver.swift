import CFastun
import Dataplane
import Glibc
import Synchronization

/// Asks for the peer's address again, on a thread of its own: a resolver may take its time, and the control
/// thread has none to lose.
package final class Resolver: Sendable {
  /// Readable when an answer came; ``take()`` clears it.
  let descriptor: Descriptor

  private let endpoint: Endpoint
  private let family: Int32
  private let isBusy = Atomic(false)
  private let answer = Mutex<SocketAddress?>(nil)

  init(_ endpoint: Endpoint, family: Int32) throws(SetupError) {
    do { descriptor = try .event() } catch { throw SetupError(error) }
    self.endpoint = endpoint
    self.family = family
  }

  /// Whether a question is open.
  var isAsking: Bool { isBusy.load(ordering: .acquiring) }

  /// Asks, unless an earlier question is still open. An address that was written as one needs no asking.
  func ask() {
    guard endpoint.family == nil, !isBusy.exchange(true, ordering: .acquiringAndReleasing) else {
      return
    }
    var thread = pthread_t()
    let box = Unmanaged.passRetained(self)
    let code = pthread_create(
      &thread, nil,
      { argument in
        guard let argument else { return nil }
        Unmanaged<Resolver>.fromOpaque(argument).takeRetainedValue().resolve()
        return nil
      }, box.toOpaque())
    guard code == 0 else {
      box.release()
      isBusy.store(false, ordering: .releasing)
      return
    }
    pthread_detach(thread)
  }

  private func resolve() {
    if let address = try? endpoint.resolve(family: family) {
      answer.withLock { $0 = address }
      descriptor.ring()
    }
    isBusy.store(false, ordering: .releasing)
  }

  /// The newest answer, taken once; nil where there is none.
  func take() -> SocketAddress? {
    descriptor.takeCount()
    return answer.withLock { $0.take() }
  }
}
