import CFastun
import Dataplane
import Glibc

/// `Benchmarks relay DEVICE LOCAL PEER PORT`: a ``BareRelay`` from one site to the other. Like the plain
/// forwarder it says that it is ready on stdout, and its device is configured from outside.
enum RelayRole {
  static let name = "relay"
  /// The niceness of fastun's lanes.
  private static let niceness: Int32 = -10

  static func run(arguments: [String]) -> Never {
    guard arguments.count == 4, let port = UInt16(arguments[3]),
      let local = IPAddress(parsing: arguments[1]), let remote = IPAddress(parsing: arguments[2])
    else { end("usage: relay DEVICE LOCAL PEER PORT") }
    do {
      let relay = try BareRelay(
        device: arguments[0], local: SocketAddress(local, port: port),
        remote: SocketAddress(remote, port: port))
      // Where it may not, it is as nice as others.
      setpriority(PRIO_PROCESS, 0, niceness)
      print("{\"event\":\"ready\",\"device\":\"\(arguments[0])\"}")
      fflush(nil)
      let failure = try relay.run()
      end("its engine failed: \(String(cString: strerror(failure)))")
    } catch {
      end("\(error)")
    }
  }

  private static func end(_ message: String) -> Never {
    tell("\(name): \(message)")
    exit(1)
  }
}
