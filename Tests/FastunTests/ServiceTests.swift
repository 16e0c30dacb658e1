import Foundation
import Glibc
import Testbed
import Testing

/// The unit that `make install` gives to systemd.
@Suite struct ServiceTests {
  private static let verifier = "/usr/bin/systemd-analyze"
  private static let unit = FastunProgram.packageRoot + "/docs/fastun@.service"

  @Test(
    "What is installed is a unit that systemd takes, for the program that was installed with it",
    .enabled(if: access(verifier, X_OK) == 0, "systemd-analyze is not installed"))
  func installed() throws {
    let prefix = FileManager.default.temporaryDirectory.appendingPathComponent(UUID().uuidString)
    defer { try? FileManager.default.removeItem(at: prefix) }
    let made = try Command.start(
      "/usr/bin/env",
      [
        "make", "--directory", FastunProgram.packageRoot, "install", "PREFIX=\(prefix.path)",
        "FASTUN=\(Command.path)",
      ]
    ).finish()
    #expect(made.status == 0, "\(made.errors)")
    let unit = prefix.path + "/lib/systemd/system/fastun@.service"
    #expect(
      try String(contentsOfFile: unit, encoding: .utf8).contains(
        "ExecStart=\(prefix.path)/bin/fastun --name %i $FASTUN_OPTIONS\n"))
    let judged = try Command.start(Self.verifier, ["verify", "--man=no", unit]).finish()
    #expect(judged.status == 0 && judged.errors.isEmpty, "\(judged.errors)")
  }

  @Test(
    "The capabilities that the unit leaves are enough, to become another user as well",
    .needsNamespaces)
  func capabilities() throws {
    let lines = try String(contentsOfFile: Self.unit, encoding: .utf8).split(separator: "\n")
    let set = "CapabilityBoundingSet="
    let left = try #require(lines.first { $0.hasPrefix(set) }).dropFirst(set.count)
      .split(separator: " ").map { "+" + $0.dropFirst("CAP_".count).lowercased() }
    let bounds = (["-all"] + left).joined(separator: ",")
    let tunnel = try Command.start(
      "/usr/bin/unshare",
      Command.inNamespace(
        """
        ip link set lo up
        exec setpriv --bounding-set \(bounds) --inh-caps -all --no-new-privs \
        "$0" --name ftc0 --peer 127.0.0.2 --listen :600 --queues 2 --json --address 10.9.0.1/24 --user nobody
        """))
    let ready = tunnel.output.fileHandleForReading.availableData
    #expect(String(decoding: ready, as: UTF8.self).hasPrefix(#"{"event":"ready""#))
    kill(tunnel.process.processIdentifier, SIGTERM)
    let result = tunnel.finish()
    #expect(result.status == 0 && !result.errors.contains("warning"), "\(result.errors)")
  }
}
