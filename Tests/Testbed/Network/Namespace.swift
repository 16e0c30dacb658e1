import CFastun
import Glibc
import Synchronization

/// A network namespace with a name of its own, gone when ``remove()`` is called or this process
/// ends.
package final class Namespace: Sendable {
  private static let made = Atomic(0)

  /// The name that `ip netns` knows.
  package let name: String
  /// A folder for the host's own files, keys among them; it outlives the namespace and is gone
  /// when this process ends.
  package let folder: String

  package init() throws {
    let name = "\(Janitor.prefix)\(Self.made.add(1, ordering: .relaxed).newValue)"
    folder = try Janitor.hire { parent in
      let folder = "\(parent)/\(name)"
      guard mkdir(folder, 0o700) == 0 else {
        throw TestbedError("cannot make \(folder): \(String(cString: strerror(errno)))")
      }
      try Command.run(["ip", "netns", "add", name])
      return folder
    }
    self.name = name
    try ip("link set lo up")
    // Addresses must be usable at once: duplicate detection would hold each for a second.
    try sysctl("net/ipv6/conf/default/accept_dad", "0")
    try sysctl("net/ipv6/conf/all/accept_dad", "0")
  }

  /// Removes the namespace and its devices. Failure is the janitor's to mend.
  package func remove() {
    _ = try? Command.run(["ip", "netns", "del", name])
    if isNamed { _ = try? Command.run(["rm", "-rf", etc]) }
  }

  /// What /etc has for the namespace's programs: see ip-netns(8).
  private var etc: String { "/etc/netns/\(name)" }
  private var isNamed: Bool { access(etc, F_OK) == 0 }

  /// The list of peers that the host's tunnels have met.
  package var knownPeers: String {
    get throws {
      guard let text = readProcFile("\(folder)/known_peers") else {
        throw TestbedError("there is no list of known peers in \(folder)")
      }
      return text
    }
  }

  /// Has a name stand for an address in the /etc/hosts of programs that are started here from now on, and
  /// of those that were started since the first time.
  package func call(_ host: String, _ address: String) throws {
    // Written in place: programs have this very file mounted.
    try Command.run([
      "sh", "-c", "mkdir -p \"$1\" && echo \"$2\" >\"$1/hosts\"", "sh", etc,
      "\(address) \(host)",
    ])
  }

  /// Runs `ip` in the namespace.
  @discardableResult
  package func ip(_ line: String) throws -> String { try Command.run("ip -n \(name) \(line)") }

  /// Runs any command in the namespace and returns its stdout.
  @discardableResult
  package func run(_ arguments: [String], seconds: Double = 20) throws -> String {
    try Command.run(["ip", "netns", "exec", name] + arguments, seconds: seconds)
  }

  @discardableResult
  package func run(_ line: String) throws -> String {
    try run(line.split(separator: " ").map(String.init))
  }

  /// Writes a sysctl, named by its path under /proc/sys.
  package func sysctl(_ path: String, _ value: String) throws {
    try inside {
      let file = open("/proc/sys/\(path)", O_WRONLY | O_CLOEXEC)
      defer { close(file) }
      guard file >= 0, Glibc.write(file, value, value.utf8.count) == value.utf8.count else {
        throw TestbedError("cannot set \(path): \(String(cString: strerror(errno)))")
      }
    }
  }

  /// Has TCP over the IPv4 routes of now begin with a congestion control. (The sysctl of a namespace refuses
  /// those that the machine keeps for root.)
  package func beginConnections(with congestionControl: String) throws {
    for route in try ip("-4 route show").split(separator: "\n") where !route.contains(" congctl ") {
      try ip("-4 route change \(route) congctl \(congestionControl)")
    }
  }

  /// Writes a file of ``folder`` that only root can read, and returns its path.
  @discardableResult
  package func write(_ text: String, to name: String) throws -> String {
    let path = "\(folder)/\(name)"
    let file = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o600)
    defer { close(file) }
    guard file >= 0, Glibc.write(file, text, text.utf8.count) == text.utf8.count else {
      throw TestbedError("cannot write \(path): \(String(cString: strerror(errno)))")
    }
    return path
  }

  /// Whether a device of that name is there.
  package func hasDevice(_ device: String) -> Bool {
    (try? ip("-o link show dev \(device)")) != nil
  }

  /// Packets that a device has given to the namespace's kernel so far.
  package func packetsReceived(by device: String) throws -> Int {
    let links = try JSONValue(text: ip("-j -s link show dev \(device)"))
    guard let packets = links.array?.first?["stats64"]?["rx"]?["packets"]?.int else {
      throw TestbedError("no count of packets in \(links)")
    }
    return packets
  }

  /// Runs a closure on a thread that is inside the namespace and waits for it. Sockets it opens
  /// stay there, and may be used on any thread afterwards.
  package func inside<Value: Sendable>(
    _ body: @escaping @Sendable () throws -> Value
  ) throws -> Value {
    try background(body).value()
  }

  /// The same without waiting.
  package func background<Value: Sendable>(
    _ body: @escaping @Sendable () throws -> Value
  ) -> Background<Value> {
    Background { [name] in
      let file = open("/var/run/netns/\(name)", O_RDONLY | O_CLOEXEC)
      defer { close(file) }
      guard file >= 0, ft_enter_network_namespace(file) == 0 else {
        throw TestbedError("cannot enter namespace \(name): \(String(cString: strerror(errno)))")
      }
      return try body()
    }
  }
}
