import CFastun
import Glibc
import Synchronization
import Testing

@testable import Control

/// On a thread of its own each, which is the only one that loses its privileges.
@Suite(.serialized) struct PrivilegesTests {
  /// The lines of /proc/thread-self/status that tell what the thread may do.
  private static func status() -> [Substring: String] {
    let descriptor = ft_open("/proc/thread-self/status", O_RDONLY)
    defer { close(descriptor) }
    var room = [UInt8](repeating: 0, count: 16_384)
    let count = read(descriptor, &room, room.count)
    let text = String(decoding: room.prefix(count), as: UTF8.self)
    var values: [Substring: String] = [:]
    for line in text.split(separator: "\n") {
      let parts = line.split(separator: ":", maxSplits: 1)
      values[parts[0]] = (parts.count == 2 ? parts[1] : "").split { " \t".contains($0) }
        .joined(separator: " ")
    }
    return values
  }

  private static func after(_ account: Account?) throws -> [Substring: String] {
    let outcome = Mutex<Result<[Substring: String], any Error>?>(nil)
    concurrently(1) {
      let result = Result {
        try Privileges.dropOfThread(to: account)
        return status()
      }
      outcome.withLock { $0 = result }
    }
    // The kernel has made the whole process undumpable where ids changed.
    ft_set_dumpable(1)
    return try #require(outcome.withLock { $0 }).get()
  }

  @Test func nothingIsLeft() throws {
    let status = try Self.after(nil)
    let sets = ["CapInh", "CapPrm", "CapEff", "CapAmb"] + (Host.isRoot ? ["CapBnd"] : [])
    for set in sets { #expect(status[set[...]] == "0000000000000000", "\(set)") }
    #expect(status["NoNewPrivs"] == "1")
    #expect(status["Uid"] == Array(repeating: "\(getuid())", count: 4).joined(separator: " "))
  }

  @Test(.enabled(if: Host.isRoot, "needs root"))
  func anotherUser() throws {
    let nobody = try Account(named: "nobody")
    let status = try Self.after(nobody)
    for set in ["CapInh", "CapPrm", "CapEff", "CapBnd", "CapAmb"] {
      #expect(status[set[...]] == "0000000000000000", "\(set)")
    }
    func four(_ id: UInt32) -> String { Array(repeating: "\(id)", count: 4).joined(separator: " ") }
    #expect(status["Uid"] == four(nobody.user))
    #expect(status["Gid"] == four(nobody.group))
    #expect(status["Groups"] == "")
  }

  @Test(.enabled(if: Host.isRoot, "needs root"))
  func onlyOnce() throws {
    let outcome = Mutex<SetupError?>(nil)
    let nobody = try Account(named: "nobody")
    concurrently(1) {
      do throws(SetupError) {
        try Privileges.dropOfThread(to: nil)
        try Privileges.dropOfThread(to: nobody)
      } catch {
        outcome.withLock { $0 = error }
      }
    }
    let error = try #require(outcome.withLock { $0 })
    #expect(error.status == .noPermission)
    #expect(error.problem.hasPrefix("no permission to become the user nobody"))
  }

  @Test func threadsThatWouldKeepTheirsAreAnError() {
    // This process has more than one.
    concurrently(1) {
      let error = #expect(throws: SetupError.self) { try Privileges.drop() }
      #expect(error?.status == .systemError)
    }
  }

  @Test(arguments: ["", "no-such-user", "no body"])
  func unknownUser(name: String) {
    let error = #expect(throws: SetupError.self) { try Account(named: name) }
    #expect(error?.status == .usage)
    #expect(error?.problem == "--user '\(name)' is no user of this host")
  }
}
