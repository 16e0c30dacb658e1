internal import CFastun
internal import CLiburing

/// Finds out which engine the running kernel allows, by doing what the engine will do.
struct EngineProbe {
  /// `.uring` or `.poll`.
  let engine: Plan.EngineChoice
  /// Why not io_uring, where it was not asked for by name.
  let notes: [String]

  /// - Throws: where io_uring was asked for by name and the kernel refuses it.
  init(_ choice: Plan.EngineChoice) throws(SystemError) {
    guard choice != .poll else {
      engine = .poll
      notes = []
      return
    }
    do {
      try Self.tryRing()
      engine = .uring
      notes = []
    } catch {
      guard choice == .auto else { throw error }
      engine = .poll
      notes = ["io_uring is not usable here (\(error)): using the poll engine"]
    }
  }

  /// Sets up a ring as a lane does, and uses each of its system calls: DEFER_TASKRUN (Linux 6.1) is the newest
  /// thing that a lane needs, and a seccomp profile may forbid any of them.
  private static func tryRing() throws(SystemError) {
    var ring = try Ring(entries: 8, completions: 16)
    let file = try Descriptor.event()
    try ring.register(files: [file.raw])
    ring.nothing()
    let code = ring.submitAndWait(1)
    withExtendedLifetime(file) {}
    guard code == 0 else { throw SystemError("io_uring_enter", code: code) }
  }
}
