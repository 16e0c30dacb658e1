import CFastun
import Foundation
import Testbed
import Testing

/// The built command as a user meets it: its exit status, and that it says one line.
@Suite struct CommandTests {
  @Test(
    arguments: [
      ([], 64, "--peer"),
      (["--peer-key", "x"], 64, "44 characters"),
      (["--peer", "a\nb"], 64, "'a?b' cannot be read"),
      (["--peer", "http://x"], 64, "HOST[:PORT]"),
      (["--peer", "192.0.2.2", "--user", ""], 64, "choose one of"),
      (["keygen", "--bogus"], 64, "see 'fastun keygen --help'"),
      (["--peer", "192.0.2.2", "--plaintext", "--psk-file", "x"], 64, "--plaintext"),
      (["--peer", "192.0.2.2", "--plaintext", "--cipher", "aes"], 64, "--plaintext"),
      (["--peer", "192.0.2.2", "--cipher", "rot13"], 64, "chacha"),
      (["--plaintext"], 64, "--peer HOST"),
      (["--peer", "192.0.2.2", "--keepalive", "-1"], 64, "1 to 3600"),
      (["--peer", "192.0.2.2", "--rekey", "121"], 64, "1 to 120"),
      (["--peer", "192.0.2.2", "--user", "no-such-user"], 64, "no user of this host"),
      (["--peer", "192.0.2.2", "--psk-file", "/nowhere"], 69, "/dev/urandom"),
      (["keygen", "--identity", "/proc/sys/x"], 64, "--identity"),
      (["keygen", "--identity", ""], 64, "path"),
      (["keygen", "extra"], 64, "extra"),
      (["pubkey", "--identity", "/nowhere"], 69, "fastun keygen --identity /nowhere"),
      (["pubkey", "--identity", "/etc/hostname"], 77, "chmod 600"),
      (["--peer", "192.0.2.2", "--bogus"], 64, "--bogus"),
      (["--peer", "192.0.2.2", "--queue", "4"], 64, "Did you mean '--queues'? See"),
      (["--peer", "192.0.2.2", "--peer", "192.0.2.3"], 64, "--peer is given twice"),
      (["--peer", "192.0.2.300"], 64, "no IPv4 address"),
      (["--peer", "192.0.2.2", "--listen", "[::1]"], 64, "families"),
      (["--peer", "192.0.2.2", "extra"], 64, "extra"),
      (["--peer", "192.0.2.2:0"], 64, "choose one from 1 to 65535"),
      (["--peer", "192.0.2.2:65536"], 64, "choose one from 1 to 65535"),
      (["--peer", "192.0.2.2:65535", "--queues", "2"], 64, "up to 65534"),
      (["--peer", "192.0.2.2", "--listen", "x"], 64, "--listen"),
      (["--peer", "192.0.2.2", "--queues", "0"], 64, "--queues"),
      (["--peer", "192.0.2.2", "--queues", "256"], 64, "255"),
      (["--peer", "192.0.2.2", "--queues", "-1"], 64, "choose 1 to 255"),
      (["--peer", "192.0.2.2", "--queues", "many"], 64, "--queues"),
      (["--peer", "192.0.2.2", "--cpus", "0,0"], 64, "--cpus"),
      (["--peer", "192.0.2.2", "--cpus", "1023"], 64, "choose among"),
      (["--peer", "192.0.2.2", "--nice", "-21"], 64, "choose -20 to 19"),
      (["--peer", "192.0.2.2", "--name", "a/b"], 64, "--name"),
      (["--peer", "192.0.2.2", "--address", "10.9.0.1"], 64, "prefix length"),
      (["--peer", "192.0.2.2", "--address", "10.9.0.1/33"], 64, "0 to 32"),
      (["--peer", "192.0.2.2", "--address", "10.9.0.1/0"], 64, "the whole world"),
      (["--peer", "192.0.2.2", "--listen", "224.0.0.1"], 64, "a group's address"),
      (["--peer", "[::ffff:192.0.2.2]"], 64, "write it as IPv4"),
      (["--peer", "192.0.2.2", "--route", "10.9.0.1/24"], 64, "10.9.0.0/24"),
      (["--peer", "192.0.2.2", "--mtu", "big"], 64, "--mtu"),
      (["--peer", "192.0.2.2", "--compress", "zip"], 64, "always"),
      (["--peer", "192.0.2.2", "--engine", "dpdk"], 64, "uring"),
      (["--peer", "192.0.2.2", "--stats", "0"], 64, "--stats"),
      (["--peer", "192.0.2.2", "--log-level", "loud"], 64, "debug, info, notice"),
      (["--peer", "224.0.0.1"], 64, "224.0.0.1"),
      (["--peer", "no-such-name.invalid"], 68, "does not resolve"),
    ] as [([String], Int32, String)])
  func badFlagsAreOneLine(arguments: [String], status: Int32, saying text: String) throws {
    let result = try Command.run(arguments)
    #expect(result.status == status)
    #expect(result.errors.hasPrefix("fastun: "))
    #expect(result.errors.contains(text), "\(result.errors)")
    #expect(result.errors.split(separator: "\n").count == 1, "\(result.errors)")
    #expect(result.output.isEmpty)
  }

  @Test(arguments: [
    ["--help"], ["run", "--help"], ["-h"], ["--version"], ["help"], ["keygen", "--help"],
    ["pubkey", "-h"], ["help", "pubkey"],
  ])
  func asking(arguments: [String]) throws {
    let result = try Command.run(arguments)
    #expect(result.status == 0)
    #expect(!result.output.isEmpty)
    #expect(result.errors.isEmpty)
  }

  @Test func helpOfEachCommandIsItsOwn() throws {
    #expect(try Command.run(["--help"]).output.contains("--queues"))
    for name in ["keygen", "pubkey"] {
      let help = try Command.run([name, "--help"]).output
      #expect(help.contains("fastun \(name)") && !help.contains("--queues"))
    }
  }

  @Test func keygenThenPubkey() throws {
    let folder = FileManager.default.temporaryDirectory.appendingPathComponent(UUID().uuidString)
    defer { try? FileManager.default.removeItem(at: folder) }
    let file = folder.appendingPathComponent("identity").path
    let made = try Command.run(["keygen", "--identity", file])
    #expect(made.status == 0 && made.errors.isEmpty, "\(made.errors)")
    let key = try Command.run(["pubkey", "--identity", file]).output
    let fingerprint = try Command.run(["pubkey", "--fingerprint", "--identity", file]).output
    #expect(key.utf8.count == 45 && key.hasSuffix("=\n"))
    #expect(fingerprint.wholeMatch(of: /([A-Z2-7]{4}-){3}[A-Z2-7]{4}\n/) != nil)
    #expect(made.output == "public key:  \(key)fingerprint: \(fingerprint)")

    let again = try Command.run(["keygen", "--identity", file])
    #expect(again.status == 69)
    #expect(again.errors.contains("exists already"))
    #expect(try Command.run(["pubkey", "--identity", file]).output == key)
  }

  @Test(.needsNamespaces, arguments: [SIGINT, SIGTERM])
  func signalsEndTheTunnelCleanly(signal: Int32) throws {
    let script =
      "ip link set lo up; exec \"$0\" --peer 127.0.0.2 --queues 2 --json --name ftc0 "
      + "--address 10.9.0.1/24 --route 10.9.0.0/24"
    let tunnel = try Command.start("/usr/bin/unshare", Command.inNamespace(script))
    let ready = tunnel.output.fileHandleForReading.availableData
    #expect(String(decoding: ready, as: UTF8.self).hasPrefix(#"{"event":"ready","device":"ftc0","#))
    // `unshare` and the shell have replaced themselves by the command, so it is the child itself.
    kill(tunnel.process.processIdentifier, signal)
    let result = tunnel.finish()
    #expect(result.status == 0)
    #expect(result.output.hasPrefix(#"{"event":"final","lanes":[{"lane":0,"#), "\(result.errors)")
    #expect(result.output.split(separator: "\n").count == 1)
    #expect(result.errors.contains("datagrams are sealed by"))
    #expect(!result.errors.contains("IN THE CLEAR"))
  }

  @Test(.needsNamespaces, arguments: ["uring", "poll"])
  func removedDeviceIsAClearError(engine: String) throws {
    let script =
      "ip link set lo up; exec \"$0\" --peer 127.0.0.2 --queues 2 --json --name ftc0 --engine "
    let tunnel = try Command.start("/usr/bin/unshare", Command.inNamespace(script + engine))
    _ = tunnel.output.fileHandleForReading.availableData
    let id = "\(tunnel.process.processIdentifier)"
    let removal = try Command.start(
      "/usr/bin/nsenter", ["--target", id, "--net", "ip", "link", "delete", "ftc0"])
    #expect(removal.finish().status == 0)
    let result = tunnel.finish()
    #expect(result.status == 69, "\(result.errors)")
    #expect(
      result.errors.hasSuffix(
        "fastun: the interface was removed while in use: start fastun again\n"),
      "\(result.errors)")
  }

  /// Each in a fresh network namespace; the script runs `$0` with its arguments after some spoiling.
  @Test(
    .enabled(if: geteuid() == 0, "needs root"),
    arguments: [
      ("exec \"$0\" --peer 192.0.2.2", 69, "no route to the peer"),
      (
        "ip link set lo up; exec \"$0\" --peer 127.0.0.2 --name lo --queues 1", 69, "exists already"
      ),
      ("ip link set lo up; exec \"$0\" --peer 127.0.0.2 --listen 10.0.0.1", 69, "not an address"),
      ("ip link set lo up; exec \"$0\" --peer 127.0.0.1 --queues 1", 64, "this very process"),
      (
        "ip link set lo up; exec \"$0\" --peer 127.0.0.2 --queues 1 --route 127.0.0.2/32", 64,
        "reached through the tunnel"
      ),
      (
        "ip link set lo up; echo 1 >/proc/sys/net/ipv6/conf/default/disable_ipv6; "
          + "exec \"$0\" --peer 127.0.0.2 --queues 1 --route fd01::/64", 77, "takes no IPv6 route"
      ),
      (
        "ip link set lo up; mount -t tmpfs none /dev/net; exec \"$0\" --peer 127.0.0.2", 69,
        "/dev/net/tun is missing"
      ),
      (
        "ip link set lo up; ip address add 192.0.2.1/24 dev lo; "
          + "exec \"$0\" --peer 192.0.2.2 --queues 1 --address 192.0.2.2/32", 64,
        "reached through the tunnel"
      ),
      (
        "ip link set lo up; key=$(\"$0\" keygen | sed -n 's/^public key: *//p'); "
          + "exec \"$0\" --peer 127.0.0.2 --queues 1 --peer-key $key", 64, "own key"
      ),
      ("exec \"$0\" keygen >/dev/full", 71, "standard output cannot be written"),
      ("umount -l /proc; exec \"$0\" --peer 127.0.0.2", 69, "there is no /proc"),
      (
        "ip link set lo up; \"$0\" keygen >/dev/null; mount -o remount,ro /var/lib; "
          + "exec \"$0\" --peer 127.0.0.2 --queues 1", 77, "--peer-key"
      ),
      (
        "ip link set lo up; exec setpriv --bounding-set -net_admin --inh-caps -net_admin "
          + "\"$0\" --peer 127.0.0.2", 77, "CAP_NET_ADMIN"
      ),
    ] as [(String, Int32, String)])
  func spoiltHost(script: String, status: Int32, saying text: String) throws {
    let result = try Command.runInNamespace(script)
    #expect(result.status == status, "\(result.errors)")
    #expect(result.errors.split(separator: "\n").count == 1, "\(result.errors)")
    #expect(result.errors.hasPrefix("fastun: "))
    #expect(result.errors.contains(text), "\(result.errors)")
    #expect(result.output.isEmpty)
  }
}

/// A tunnel that is started where others are not, runs until its device is up, and is stopped.
@Suite(.needsNamespaces)
struct OddStartTests {
  /// Ends with the tunnel's exit status, and the size of its list of known peers.
  private static func run(after preparation: String, redirected: String = "") throws -> String {
    let result = try Command.runInNamespace(
      """
      ip link set lo up
      "$0" keygen >/dev/null
      \(preparation)
      "$0" --peer 127.0.0.2 --queues 1 --stats 0.01 \(redirected) &
      timeout 20 sh -c 'until ip link show dev fastun0 up | grep -q UP; do :; done' 2>/dev/null
      kill -TERM $!
      wait $!
      echo "status $?, $(wc -c </var/lib/fastun/known_peers) bytes"
      """)
    #expect(!result.errors.contains("fastun: "), "\(result.errors)")
    return result.output.split(separator: "\n").last.map(String.init) ?? result.errors
  }

  @Test("Without standard streams nothing is written elsewhere")
  func closedStreams() throws {
    for redirected in [">&-", "2>&-", ">&- 2>&- <&-"] {
      #expect(try Self.run(after: "", redirected: redirected) == "status 0, 0 bytes")
    }
  }

  @Test(
    "A peer is awaited at any address of this host, and where that cannot be, the reason is said",
    arguments: [
      ("ip link set lo up", "[fe80::1%d0]:51900", "ready"),
      ("ip link set lo up", "192.0.2.1:51900", "ready"), ("true", "192.0.2.1:51900", "ready"),
      ("ip link set lo up", "[fd00::1]:51900", "ready"),
      ("ip link set lo up", "[::]:51900", "ready"),
      ("true", "[fe80::1%d0]:51900", "ready"),
      ("true", ":51900", "bring it up (ip link set lo up)"),
      ("true", "[::]:51900", "bring it up (ip link set lo up)"),
    ])
  func awaits(preparation: String, listen: String, words: String) throws {
    let key = String(repeating: "A", count: 42) + "E="
    let result = try Command.runInNamespace(
      """
      \(preparation)
      ip link add d0 type veth peer name d1
      ip link set d1 up
      ip link set d0 up
      ip address add 192.0.2.1/24 dev d0
      ip address add fe80::1/64 dev d0 nodad
      ip address add fd00::1/64 dev d0 nodad
      "$0" --peer-key \(key) --listen '\(listen)' --json >/var/lib/said &
      timeout 20 sh -c 'until [ -s /var/lib/said ] || ! kill -0 '$!'; do :; done' 2>/dev/null
      kill -TERM $! 2>/dev/null
      wait $!
      head -1 /var/lib/said
      """)
    #expect((result.output + result.errors).contains(words), "\(result.errors)")
  }

  @Test("A known peer is enough where nothing can be written")
  func readOnly() throws {
    let preparation = """
      echo "127.0.0.2:51900 $("$0" pubkey)" >/var/lib/fastun/known_peers
      chmod 600 /var/lib/fastun/known_peers
      mount -o remount,ro /var/lib
      """
    #expect(try Self.run(after: preparation) == "status 0, 61 bytes")
  }
}

/// What is left of a tunnel's privileges once it carries packets.
@Suite(.needsNamespaces)
struct RunningPrivilegesTests {
  @Test(arguments: [nil, "nobody"], [false, true])
  func areNone(user: String?, isPlaintext: Bool) throws {
    let script =
      "ip link set lo up; exec \"$0\" --peer 127.0.0.2 --queues 2 --json --name ftc0 "
      + "--address 10.9.0.1/24" + (user.map { " --user \($0)" } ?? "")
      + (isPlaintext ? " --plaintext" : "")
    let tunnel = try Command.start("/usr/bin/unshare", Command.inNamespace(script))
    let ready = tunnel.output.fileHandleForReading.availableData
    #expect(String(decoding: ready, as: UTF8.self).hasPrefix(#"{"event":"ready""#))
    let id = tunnel.process.processIdentifier
    let threads = try FileManager.default.contentsOfDirectory(atPath: "/proc/\(id)/task")
    #expect(threads.count >= 3)
    let uid = user == nil ? "0" : "65534"
    for thread in threads {
      let status = try String(
        contentsOfFile: "/proc/\(id)/task/\(thread)/status", encoding: .utf8)
      for set in ["CapInh", "CapPrm", "CapEff", "CapBnd", "CapAmb"] {
        #expect(status.contains("\(set):\t0000000000000000\n"), "\(status)")
      }
      #expect(status.contains("NoNewPrivs:\t1\n"))
      #expect(status.contains("Uid:\t\(uid)\t\(uid)\t\(uid)\t\(uid)\n"))
    }
    let limits = try String(contentsOfFile: "/proc/\(id)/limits", encoding: .utf8)
    #expect(limits.contains(#/Max core file size +0 +0 +bytes/#))
    // An undumpable process's files in /proc are root's, whoever it runs as.
    var entry = stat()
    #expect(stat("/proc/\(id)/environ", &entry) == 0 && entry.st_uid == 0)
    kill(id, SIGTERM)
    let result = tunnel.finish()
    #expect(result.status == 0, "\(result.errors)")
    #expect(
      result.errors.contains("warning: --plaintext: packets travel IN THE CLEAR") == isPlaintext)
  }
}

/// Where io_uring is refused, as many containers do.
@Suite(.needsNamespaces)
struct RefusedUringTests {
  private static let script =
    "ip link set lo up; exec \"$0\" --peer 127.0.0.2 --queues 1 --json --name ftc0 --engine "

  /// Starts it on a thread of its own, which hands on that it is refused.
  private func start(engine: String) throws -> Command.Running {
    let thread = Background {
      guard ft_refuse_io_uring() == 0 else { throw TestbedError("no seccomp: errno \(errno)") }
      return try Command.start("/usr/bin/unshare", Command.inNamespace(Self.script + engine))
    }
    return try thread.value()
  }

  @Test func askedForByNameItIsAClearError() throws {
    let result = try start(engine: "uring").finish()
    #expect(result.status == 69, "\(result.errors)")
    #expect(result.errors.contains("kernel.io_uring_disabled"))
    #expect(result.errors.contains("the container's seccomp profile"))
  }

  @Test func elsePollTakesOver() throws {
    let tunnel = try start(engine: "auto")
    let ready = tunnel.output.fileHandleForReading.availableData
    #expect(String(decoding: ready, as: UTF8.self).contains(#""engine":"poll""#))
    kill(tunnel.process.processIdentifier, SIGTERM)
    #expect(tunnel.finish().status == 0)
  }
}

/// Runs the command that was built beside these tests.
enum Command {
  struct Result {
    let status: Int32
    let output: String
    let errors: String
  }

  static let path =
    URL(fileURLWithPath: "/proc/self/exe").resolvingSymlinksInPath().deletingLastPathComponent()
    .appendingPathComponent("fastun").path

  static func run(_ arguments: [String]) throws -> Result {
    try start(path, arguments).finish()
  }

  /// Runs a shell script with `$0` as the command, in network and mount namespaces of its own.
  static func runInNamespace(_ script: String) throws -> Result {
    try start("/usr/bin/unshare", inNamespace(script)).finish()
  }

  /// Arguments of unshare(1) that run a shell script with `$0` as the command; its identity, which
  /// goes with the namespace, is none of the host's.
  static func inNamespace(_ script: String) -> [String] {
    ["--net", "--mount", "/bin/sh", "-c", "mount -t tmpfs none /var/lib; \(script)", path]
  }

  static func start(_ executable: String, _ arguments: [String]) throws -> Running {
    let running = Running()
    running.process.executableURL = URL(fileURLWithPath: executable)
    running.process.arguments = arguments
    running.process.standardOutput = running.output
    running.process.standardError = running.errors
    try running.process.run()
    // One that does not end fails its test, and does not stay.
    DispatchQueue.global().asyncAfter(deadline: .now() + 60) { [process = running.process] in
      if process.isRunning { kill(process.processIdentifier, SIGKILL) }
    }
    return running
  }

  /// A process that has been started.
  struct Running: Sendable {
    let process = Process()
    let output = Pipe()
    let errors = Pipe()

    /// Waits for its end; what it wrote and nobody has read yet is a few lines, which a pipe holds.
    func finish() -> Result {
      let outputData = output.fileHandleForReading.readDataToEndOfFile()
      let errorData = errors.fileHandleForReading.readDataToEndOfFile()
      process.waitUntilExit()
      return Result(
        status: process.terminationStatus, output: String(decoding: outputData, as: UTF8.self),
        errors: String(decoding: errorData, as: UTF8.self))
    }
  }
}
