import Glibc

/// A running `fastun` at one site.
package final class Tunnel {
  package let process: ChildProcess
  /// What it said when it was ready: device, mtu, engine, queues.
  package let ready: JSONValue
  /// The session that was in use when the peer was there: cipher, peer_key, fingerprint; nil in the clear.
  package private(set) var session: JSONValue?

  /// Starts it and waits until it is ready; its peer need not be there.
  package init(in namespace: Namespace, _ options: TunnelOptions) throws {
    var options = options
    if try !FastunProgram.seals() {
      options.plaintext = false
    } else if options.identity == nil, !options.plaintext {
      // The host's, not the tunnel's: what is started anew there is still who it was.
      options.identity = "\(namespace.folder)/identity"
    }
    process = try ChildProcess(
      [FastunProgram.path()] + options.arguments, environment: options.environment, in: namespace)
    ready = try process.waitFor(event: "ready")
  }

  /// Waits until the peer has greeted; what is known of it then.
  @discardableResult
  package func waitForPeer(seconds: Double = 10) throws -> JSONValue {
    let deadline = Deadline(seconds: seconds)
    while let value = try process.nextEvent(before: deadline) {
      switch value["event"]?.string {
      case "session": session = value
      case "peer": return value
      default: break
      }
    }
    throw process.failure("has met no peer within \(seconds) s")
  }

  /// Its public key; nil where it does not seal.
  package var key: String? { ready["public_key"]?.string }

  /// Waits until new keys are in use; what is known of them.
  @discardableResult
  package func waitForSession(seconds: Double = 10) throws -> JSONValue {
    try process.waitFor(event: "session", seconds: seconds)
  }

  package var mtu: Int { ready["mtu"]?.int ?? 0 }

  /// Stops it as an operator would, and returns its counters. Throws unless it ends with exit code
  /// 0.
  package func stop() throws -> FinalCounters {
    process.signal(SIGTERM)
    let counters = try FinalCounters(event: process.waitFor(event: "final"))
    let code = try process.wait()
    guard code == 0 else { throw process.failure("ended with exit code \(code)") }
    return counters
  }
}
