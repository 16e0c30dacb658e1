/// The door of the data path: lanes are started, asked for their counters, and stopped here.
package final class Forwarder: Sendable {
  /// What the peer said of itself in its greeting.
  package struct Greeting: Sendable, Equatable {
    /// Lanes it runs.
    package let lanes: Int
    /// Its device's MTU in bytes.
    package let mtu: Int
    /// Its session: another one means that it was restarted.
    package let session: UInt32
  }

  /// The engine that the probe chose: `.uring` or `.poll`, never `.auto`.
  package let engine: Plan.EngineChoice
  /// Bytes of buffers allocated for all lanes, with the sum that led there, for the log.
  package let memory: (bytes: Int, story: String)
  /// What was degraded and why, a line each, for the log ("io_uring is disabled by sysctl …").
  package let notes: [String]
  /// Readable (an eventfd) when ``greeting`` or ``failure`` changed; read 8 bytes to clear it.
  package let notices: Descriptor

  /// Probes the engine and allocates every lane's memory; lanes do not run yet.
  package init(plan: Plan, lanes: [LaneFiles], session: UInt32) throws(SystemError) {
    fatalError()
  }

  /// Starts one thread per lane, with every signal blocked on it. Lane i attends to its queue's reads
  /// once the control side has attached that queue to the device.
  package func start() throws(SystemError) { fatalError() }

  /// Stops every lane after its in-flight work and joins the threads. Idempotent.
  package func stop() { fatalError() }

  /// Asks lane 0 to greet the peer before its next turn ends (also when it is idle).
  package func greet() { fatalError() }

  /// The peer's newest greeting; nil until one came.
  package var greeting: Greeting? { fatalError() }

  /// Why a lane stopped by itself; nil while all run.
  package var failure: SystemError? { fatalError() }

  /// One lane's counters as they are now; exact once ``stop()`` has returned.
  package func counters(lane: Int) -> [Counter: UInt64] { fatalError() }
}
