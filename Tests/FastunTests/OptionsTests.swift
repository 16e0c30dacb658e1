import ArgumentParser
import Control
import Dataplane
import Foundation
import Handshake
import Testing

@testable import fastun

@Suite struct OptionsTests {
  private func configuration(_ arguments: String...) throws -> Configuration {
    try #require(try Fastun.parseAsRoot(arguments) as? Run).configuration()
  }

  @Test func peerAloneIsEnough() throws {
    let parsed = try configuration("--queues", "4", "--peer", "192.0.2.2:51900")
    #expect(parsed == (try Configuration(peer: Endpoint(host: "192.0.2.2"), queues: 4)))
    #expect(parsed.name == "fastun0")
    #expect(parsed.mtu == .auto)
    #expect(parsed.compression == .auto)
    #expect(parsed.engine == .auto)
    #expect(parsed.trains == .auto)
    #expect(parsed.statistics == nil)
  }

  @Test func everyOptionArrives() throws {
    let parsed = try configuration(
      "run", "--peer", "[2001:db8::2]:7000", "--listen", ":7001", "--queues", "1", "--cpus", "0",
      "--nice", "-5",
      "--name", "tun9", "--address", "10.9.0.1/24", "--address", "fd00::1/64", "--route",
      "10.20.0.0/16", "--mtu", "1300", "--compress", "always", "--engine", "poll", "--stats", "0.5",
      "--log-level", "debug", "--json", "--identity", "me", "--peer-key", Self.key, "--psk-file",
      "secret", "--keepalive", "25", "--rekey", "60", "--user", "nobody", "--cipher", "chacha",
      "--trains", "off")
    #expect(
      parsed
        == (try Configuration(
          peer: Endpoint(host: "2001:db8::2", port: 7_000), listen: Endpoint(host: "", port: 7_001),
          queues: 1, cpus: [0], nice: -5, name: "tun9",
          addresses: [CIDR(address: "10.9.0.1/24"), CIDR(address: "fd00::1/64")],
          routes: [CIDR(route: "10.20.0.0/16")], mtu: .bytes(1_300), compression: .always,
          engine: .poll, trains: .off, statistics: 0.5, identity: "me",
          peerKey: PublicKey(parsing: Self.key),
          pskFile: "secret", cipher: .chacha, keepalive: 25, rekey: 60, user: "nobody")))
  }

  private static let key = "hSDwCYkwp1R0i33ctD73Wg2/Og0mOBr066SpjqqbTmo="

  @Test func plaintextIsAskedFor() throws {
    #expect(try configuration("--peer", "192.0.2.2", "--plaintext").isPlaintext)
  }

  @Test func aKeyIsEnough() throws {
    let parsed = try configuration("--peer-key", Self.key, "--listen", ":7000")
    #expect(parsed.peer == nil)
    #expect(parsed.peerKey?.description == Self.key)
  }

  @Test func theManualTellsEveryCounter() throws {
    let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
      .deletingLastPathComponent().deletingLastPathComponent()
    let manual = try String(
      contentsOf: root.appendingPathComponent("docs/fastun.8"), encoding: .utf8)
    let words = Set(manual.split { !($0.isLetter || $0.isNumber || $0 == "_") }.map(String.init))
    let names =
      Counter.allCases.map(\.rawValue) + HandshakeDrops.names + ["drop_stranger", "drop_socket"]
    for name in names { #expect(words.contains(name), "\(name)") }
    let told = words.filter { $0.hasPrefix("drop_") && $0 != "drop_" }
    #expect(told.subtracting(names) == [], "counters that there are not")
  }

  @Test func helpTellsEveryOption() {
    let help = Fastun.helpMessage(for: Run.self)
    for option in [
      "--peer", "--listen", "--queues", "--cpus", "--nice", "--name", "--address", "--route",
      "--mtu",
      "--compress", "--engine", "--stats", "--log-level", "--json", "--version", "EXIT STATUS",
      "--identity", "--peer-key", "--psk-file", "--plaintext", "--cipher", "--keepalive", "--rekey",
      "--user", "--trains",
      "fastun keygen", "fastun pubkey",
    ] {
      #expect(help.contains(option), "\(option)")
    }
  }
}
