import Dataplane
import Glibc
import Testing

@testable import Control

@Suite struct ResolverTests {
  /// Waits until the resolver has an answer; nil where none comes.
  private func answer(_ resolver: Resolver, seconds: Int32 = 5) -> SocketAddress? {
    var event = pollfd(fd: resolver.descriptor.raw, events: Int16(POLLIN), revents: 0)
    return poll(&event, 1, seconds * 1_000) == 1 ? resolver.take() : nil
  }

  @Test func aNameIsAskedFor() throws {
    let resolver = try Resolver(Endpoint(host: "localhost", port: 7_000), family: AF_INET)
    #expect(resolver.take() == nil)
    resolver.ask()
    #expect(answer(resolver) == SocketAddress(.v4(0x7f00_0001), port: 7_000))
    // Taken once, and clear until the next one.
    #expect(resolver.take() == nil)
    var event = pollfd(fd: resolver.descriptor.raw, events: Int16(POLLIN), revents: 0)
    #expect(poll(&event, 1, 0) == 0)
  }

  @Test func oneQuestionAtATime() throws {
    let resolver = try Resolver(Endpoint(host: "localhost"), family: AF_INET)
    for _ in 0..<100 { resolver.ask() }
    #expect(answer(resolver) != nil)
    // The thread says so right after.
    let deadline = ContinuousClock.now + .seconds(5)
    while resolver.isAsking, ContinuousClock.now < deadline { sched_yield() }
    #expect(!resolver.isAsking)
    _ = resolver.take()
    resolver.ask()
    #expect(answer(resolver) != nil)
  }

  @Test(arguments: ["192.0.2.2", "::1", "fe80::1%lo"])
  func anAddressNeedsNoAsking(host: String) throws {
    let resolver = try Resolver(
      Endpoint(host: host), family: host.contains(":") ? AF_INET6 : AF_INET)
    resolver.ask()
    #expect(!resolver.isAsking)
    #expect(resolver.take() == nil)
  }
}
