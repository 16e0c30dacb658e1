import Dataplane
import Glibc
import Handshake
import Synchronization
import Testing

@testable import Control

@Suite struct KnownPeersTests {
  private let folder = Folder()
  private var identity: String { folder.file("identity") }

  private static func key(_ byte: UInt8) -> PublicKey {
    PublicKey(bytes: [UInt8](repeating: byte, count: 32))!
  }
  private static let one = key(1).description
  private static let two = key(2).description

  private func open() throws -> KnownPeers { try KnownPeers(beside: identity) }

  @Test func pinsAreKept() throws {
    var list = try open()
    #expect(list.path == folder.file("known_peers"))
    #expect(folder.mode("known_peers") == 0o600)
    let peer = try Endpoint(peer: "192.0.2.2")
    #expect(list.entry(for: peer) == nil)
    let entry = try list.pin(Self.key(1), for: peer)
    #expect(entry == KnownPeers.Entry(name: "192.0.2.2:51900", key: Self.key(1), line: 1))
    #expect(list.entry(for: peer) == entry)
    _ = try list.pin(Self.key(2), for: Endpoint(peer: "[2001:db8::2]:7"))
    #expect(
      folder.text("known_peers") == "192.0.2.2:51900 \(Self.one)\n[2001:db8::2]:7 \(Self.two)\n")
    #expect(try open().entry(for: peer) == entry)
    #expect(try open().entry(for: Endpoint(peer: "192.0.2.2:51901")) == nil)
  }

  @Test func commentsAndBlankLinesStay() throws {
    let text = "# the office\n\n  # more\nhost.example:7 \(Self.one)\n\n"
    _ = folder.write(text, to: "known_peers")
    var list = try open()
    #expect(try list.entry(for: Endpoint(peer: "Host.Example:7"))?.line == 4)
    #expect(try list.pin(Self.key(2), for: Endpoint(peer: "b:8")).line == 6)
    #expect(folder.text("known_peers") == text + "b:8 \(Self.two)\n")
  }

  @Test func aTornLineIsEndedFirst() throws {
    _ = folder.write("a:7 \(Self.one)", to: "known_peers")
    var list = try open()
    #expect(try list.pin(Self.key(2), for: Endpoint(peer: "b:8")).line == 2)
    #expect(folder.text("known_peers") == "a:7 \(Self.one)\nb:8 \(Self.two)\n")
    #expect(try open().entry(for: Endpoint(peer: "b:8"))?.line == 2)
  }

  @Test(arguments: [
    ("host", "host:51900"), ("HOST:7", "host:7"), ("192.0.2.2", "192.0.2.2:51900"),
    ("2001:DB8:0::2", "[2001:db8::2]:51900"), ("[fe80::1%eth0]:9", "[fe80::1%eth0]:9"),
  ])
  func oneNameForEachPeer(text: String, name: String) throws {
    #expect(KnownPeers.name(of: try Endpoint(peer: text)) == name)
  }

  @Test(arguments: [
    ("a:7", 1), ("# c\na:7 \(one) more", 2), ("a:0 \(one)", 1), ("a:7 \(one.dropLast())", 1),
    ("\n\n10.9 \(one)", 3), ("\(one) a:7", 1), ("a:7 \(one)\nb", 2), (":7 \(one)", 1),
    ("a:7\u{0} \(one)", 1), ("h\u{f6}st:7 \(one)", 1), ("a:7,\(one)", 1),
  ])
  func malformed(text: String, line: Int) {
    let path = folder.write(text, to: "known_peers")
    let error = #expect(throws: SetupError.self) { try open() }
    #expect(error?.status == .badFile)
    #expect(error?.problem == "line \(line) of \(path) cannot be read")
  }

  @Test func twoKeysOfOnePeer() throws {
    let path = folder.write("a:7 \(Self.one)\n#\nA:7 \(Self.two)\n", to: "known_peers")
    let error = #expect(throws: SetupError.self) { try open() }
    #expect(error?.problem == "lines 1 and 3 of \(path) give two keys of a:7")
    // The same twice says nothing wrong.
    _ = folder.write("a:7 \(Self.one)\na:7 \(Self.one)\n", to: "known_peers")
    #expect(try open().entry(for: Endpoint(peer: "a:7"))?.line == 1)
  }

  @Test func whatOthersCanChangeIsRefused() {
    let path = folder.write("", to: "known_peers", mode: 0o620)
    let error = #expect(throws: SetupError.self) { try open() }
    #expect(
      error?.problem == "the list of known peers \(path) can be changed by others (mode 0620)")
    // Reading it does no harm.
    chmod(path, 0o644)
    #expect(throws: Never.self) { try open() }
  }

  @Test func noFile() {
    mkdir(folder.file("known_peers"), 0o700)
    #expect(throws: SetupError.self) { try open() }
    let error = #expect(throws: SetupError.self) { try KnownPeers(beside: "/proc/sys/identity") }
    #expect(error?.status == .usage)
  }

  @Test func tooLong() {
    _ = folder.write(String(repeating: "#", count: KnownPeers.sizeLimit + 1), to: "known_peers")
    let error = #expect(throws: SetupError.self) { try open() }
    #expect(error?.status == .badFile)
  }

  @Test("Whoever keeps the list locked does not hold us up")
  func locked() throws {
    var list = try open()
    let other = Descriptor(Glibc.open(list.path, O_RDONLY | O_CLOEXEC))
    try #require(flock(other.raw, LOCK_EX) == 0)
    let error = #expect(throws: SetupError.self) {
      try list.pin(Self.key(1), for: Endpoint(peer: "192.0.2.2"))
    }
    #expect(error?.description.contains("is locked by another process") == true)
    #expect(folder.text("known_peers") == "")
    flock(other.raw, LOCK_UN)
    _ = try list.pin(Self.key(1), for: Endpoint(peer: "192.0.2.2"))
  }

  @Test("A list that was removed or renamed is not added to", arguments: [false, true])
  func replacedMeanwhile(isRenamed: Bool) throws {
    var list = try open()
    if isRenamed {
      rename(list.path, list.path + "~")
      _ = folder.write("", to: "known_peers")
    } else {
      unlink(list.path)
    }
    let error = #expect(throws: SetupError.self) {
      try list.pin(Self.key(1), for: Endpoint(peer: "a:7"))
    }
    #expect(error?.remedy == "start fastun again")
  }

  @Test func ofManyAtOnceTheFirstHolds() throws {
    let identity = identity
    let entries = Mutex<[KnownPeers.Entry]>([])
    let next = Atomic<UInt8>(1)
    concurrently(16) {
      let key = Self.key(next.add(1, ordering: .relaxed).oldValue)
      guard var list = try? KnownPeers(beside: identity), let peer = try? Endpoint(peer: "a:7"),
        let entry = try? list.pin(key, for: peer),
        (try? list.pin(key, for: Endpoint(peer: "b:\(key.bytes[0])"))) != nil
      else { return }
      entries.withLock { $0.append(entry) }
    }
    #expect(entries.withLock { $0.count } == 16)
    #expect(Set(entries.withLock { $0.map(\.key) }).count == 1)
    let lines = try #require(folder.text("known_peers")).split(separator: "\n")
    #expect(lines.count == 17)
    #expect(lines.filter { $0.hasPrefix("a:7 ") }.count == 1)
  }

  @Test func ofTwoAtTheSameTimeOneHolds() throws {
    let identity = identity
    let rounds = 100
    let roles = Atomic<UInt8>(1)
    let arrived = Atomic(0)
    let pinned = Mutex<[KnownPeers.Entry]>([])
    concurrently(2) {
      let key = Self.key(roles.add(1, ordering: .relaxed).oldValue)
      var list = try? KnownPeers(beside: identity)
      for round in 1...rounds {
        // Both at once, as nearly as can be: what is between a look and a line takes microseconds.
        arrived.add(1, ordering: .relaxed)
        while arrived.load(ordering: .relaxed) < 2 * round { sched_yield() }
        guard let entry = try? list?.pin(key, for: Endpoint(peer: "peer\(round):7")) else {
          continue
        }
        pinned.withLock { $0.append(entry) }
      }
    }
    let lines = try #require(folder.text("known_peers")).split(separator: "\n")
    #expect(lines.count == rounds)
    #expect(Set(lines.map { $0.prefix { $0 != " " } }).count == rounds)
    // Both were told of the one line.
    let entries = pinned.withLock { $0 }
    #expect(entries.count == 2 * rounds)
    #expect(Set(entries.map { "\($0)" }).count == rounds)
  }
}
