import Glibc
import Synchronization
import Testing

@testable import Control
@testable import Dataplane

/// On threads of their own, whose niceness it is.
@Suite struct NicenessTests {
  /// What a thread of its own gives.
  private static func apart<T: Sendable>(_ work: @escaping @Sendable () throws -> T) throws -> T {
    let outcome = Mutex<Result<T, any Error>?>(nil)
    concurrently(1) {
      let result = Result { try work() }
      outcome.withLock { $0 = result }
    }
    return try #require(outcome.withLock { $0 }).get()
  }

  @Test func nicerIsAlwaysAllowed() throws {
    let seen = try Self.apart {
      let niceness = try Niceness(7)
      let during = getpriority(PRIO_PROCESS, 0)
      niceness.restore()
      return [during, getpriority(PRIO_PROCESS, 0)]
    }
    #expect(seen[0] == 7)
    // Who may not go back stays nicer than needed, which harms nobody.
    #expect(Host.isRoot ? seen[1] == getpriority(PRIO_PROCESS, 0) : seen[1] <= 7)
  }

  @Test(.enabled(if: Host.isRoot, "needs root"))
  func lessNiceTakesACapability() throws {
    #expect(
      try Self.apart {
        _ = try Niceness(-5)
        return getpriority(PRIO_PROCESS, 0)
      } == -5)
    let code = try Self.apart {
      var limit = rlimit(rlim_cur: 0, rlim_max: 0)
      getrlimit(__rlimit_resource_t(__RLIMIT_NICE.rawValue), &limit)
      guard limit.rlim_cur == 0 else { return EACCES }  // It allows what is asked for below.
      try Privileges.dropOfThread(to: nil)
      do throws(SystemError) {
        _ = try Niceness(-5)
        return Int32(0)
      } catch {
        return error.code
      }
    }
    #expect(code == EACCES)
  }
}
