import Dataplane
import Glibc
import Handshake
import Logging
import Testing

@testable import Control

@Suite struct PeerTrustTests {
  private let folder = Folder()
  private let own = PublicKey(bytes: [UInt8](repeating: 9, count: 32))!
  private let one = PublicKey(bytes: [UInt8](repeating: 1, count: 32))!
  private let two = PublicKey(bytes: [UInt8](repeating: 2, count: 32))!
  private let address = SocketAddress(.v4(0xc000_0202), port: 51_900)
  private let quiet = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }

  private func trust(_ key: PublicKey? = nil) throws -> PeerTrust {
    let configuration = try Configuration(
      peer: Endpoint(host: "192.0.2.2"), queues: 1, identity: folder.file("identity"), peerKey: key)
    return try PeerTrust(configuration, own: own)
  }

  @Test func firstKeyIsPinnedAndAChangeIsRefused() throws {
    var trust = try trust()
    let stranger = SocketAddress(.v4(0xc000_0203), port: 51_900)
    #expect(
      trust.refusal(of: two, from: stranger, peer: address, log: quiet) == .stranger(stranger))
    #expect(folder.text("known_peers") == "")
    #expect(trust.refusal(of: one, from: address, peer: address, log: quiet) == nil)
    #expect(folder.text("known_peers") == "192.0.2.2:51900 \(one)\n")
    let anchor = TrustPolicy.Anchor.known(one, line: 1, path: folder.file("known_peers"))
    #expect(
      trust.refusal(of: two, from: address, peer: address, log: quiet)
        == .otherKey(two, anchor: anchor))
    // It has moved, and proves who it is.
    #expect(trust.refusal(of: one, from: stranger, peer: address, log: quiet) == nil)

    var later = try self.trust()
    #expect(
      later.refusal(of: two, from: address, peer: address, log: quiet)
        == .otherKey(two, anchor: anchor))
    #expect(later.refusal(of: one, from: address, peer: address, log: quiet) == nil)
  }

  @Test func aGivenKeyNeedsNoList() throws {
    var trust = try trust(one)
    #expect(trust.refusal(of: one, from: address, peer: address, log: quiet) == nil)
    #expect(trust.refusal(of: two, from: address, peer: address, log: quiet) != nil)
    #expect(folder.names.isEmpty)
  }

  @Test func anotherProcessWasQuicker() throws {
    var (late, early) = (try trust(), try trust())
    #expect(early.refusal(of: one, from: address, peer: address, log: quiet) == nil)
    let anchor = TrustPolicy.Anchor.known(one, line: 1, path: folder.file("known_peers"))
    #expect(
      late.refusal(of: two, from: address, peer: address, log: quiet)
        == .otherKey(two, anchor: anchor))
    #expect(late.refusal(of: one, from: address, peer: address, log: quiet) == nil)
  }

  @Test func whatCannotBeWrittenHoldsForThisRun() throws {
    var trust = try trust()
    unlink(folder.file("known_peers"))
    #expect(trust.refusal(of: one, from: address, peer: address, log: quiet) == nil)
    #expect(
      trust.refusal(of: two, from: address, peer: address, log: quiet)
        == .otherKey(two, anchor: .met(one)))
  }
}
