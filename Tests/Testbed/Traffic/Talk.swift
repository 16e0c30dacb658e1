import CFastun
import Glibc
import Synchronization

/// One TCP connection over which a number goes to and fro, so that it says how the tunnel is without
/// loading it.
package final class Talk: Sendable {
  private let connection: TCPConnection
  private let threads: [Background<Void>]
  private let count: Count

  private final class Count: Sendable {
    let answers = Atomic(0)
  }

  /// Connects from `source` to `address` in `target`, which may take so long.
  package init(
    from source: Namespace, to address: String, in target: Namespace, seconds: Double = 10
  ) throws {
    let connection = try TCPConnection(
      from: source, to: address, in: target, seconds: seconds)
    let count = Count()
    self.connection = connection
    self.count = count
    for socket in [connection.client, connection.server] { socket.setTimeouts(seconds: 0) }
    let (client, server) = (connection.client, connection.server)
    threads = [
      Background {
        var byte: UInt8 = 0
        while send(client.raw, &byte, 1, Int32(MSG_NOSIGNAL)) == 1,
          recv(client.raw, &byte, 1, 0) == 1
        {
          count.answers.add(1, ordering: .relaxed)
          Deadline.sleep(seconds: 0.005)
        }
      },
      Background {
        var byte: UInt8 = 0
        while recv(server.raw, &byte, 1, 0) == 1,
          send(server.raw, &byte, 1, Int32(MSG_NOSIGNAL)) == 1
        {}
      },
    ]
  }

  /// Round trips so far.
  package var answers: Int { count.answers.load(ordering: .relaxed) }

  /// Waits for so many more round trips; throws where they do not come in time.
  package func waitFor(_ more: Int, seconds: Double = 10) throws {
    let wanted = answers + more
    let deadline = Deadline(seconds: seconds)
    while answers < wanted {
      guard !deadline.hasPassed else {
        throw TestbedError("\(wanted - answers) of \(more) round trips are missing")
      }
      Deadline.sleep(seconds: 0.005)
    }
  }

  /// Ends the connection, and waits for its threads.
  package func stop() {
    shutdown(connection.client.raw, Int32(SHUT_RDWR))
    shutdown(connection.server.raw, Int32(SHUT_RDWR))
    for thread in threads { try? thread.value() }
  }
}
