import CFastun
import Dataplane
import Glibc
import Handshake
import Synchronization
import Testing

@testable import Control

@Suite struct IdentityFileTests {
  private let folder = Folder()
  /// A private key of RFC 7748, section 6.1, and the public one that belongs to it.
  private static let line = "fastun-identity-1 dwdtCnMYpX08FsFyUbJmRd9ML4frwJkqsXf7pR25LCo="
  private static let publicKey = "hSDwCYkwp1R0i33ctD73Wg2/Og0mOBr066SpjqqbTmo="

  @Test func firstRunMakesIt() throws {
    let file = IdentityFile(folder.file("a/b/identity"))
    let (made, isNew) = try file.loadOrCreate()
    #expect(isNew)
    #expect(folder.mode("a") == 0o700)
    #expect(folder.mode("a/b") == 0o700)
    #expect(folder.mode("a/b/identity") == 0o600)
    let text = try #require(folder.text("a/b/identity"))
    #expect(text.hasPrefix("fastun-identity-1 ") && text.hasSuffix("=\n"))
    #expect(text.utf8.count == 63)

    let (loaded, isNewAgain) = try file.loadOrCreate()
    #expect(!isNewAgain)
    #expect(loaded.publicKey == made.publicKey)
    #expect(try file.load().publicKey == made.publicKey)
  }

  @Test func noTwoAreAlike() throws {
    let one = try IdentityFile(folder.file("one")).create()
    let two = try IdentityFile(folder.file("two")).create()
    #expect(one.publicKey != two.publicKey)
    #expect(folder.names == ["one", "two"])
  }

  @Test func keygenOverwritesNothing() throws {
    let path = folder.write("anything", to: "identity", mode: 0o644)
    let error = #expect(throws: SetupError.self) { try IdentityFile(path).create() }
    #expect(error?.status == .unavailable)
    #expect(error?.problem == "the identity \(path) exists already")
    #expect(folder.text("identity") == "anything")
    #expect(folder.names == ["identity"])
  }

  @Test func manyAtOnceEndWithOne() throws {
    let path = folder.file("new/identity")
    let keys = Mutex<[PublicKey]>([])
    let news = Atomic(0)
    concurrently(16) {
      guard let (identity, isNew) = try? IdentityFile(path).loadOrCreate() else { return }
      keys.withLock { $0.append(identity.publicKey) }
      if isNew { news.add(1, ordering: .relaxed) }
    }
    #expect(keys.withLock { $0.count } == 16)
    #expect(Set(keys.withLock { $0 }).count == 1)
    #expect(news.load(ordering: .relaxed) == 1)
    #expect(IdentityFile(path).path == path)
  }

  @Test(arguments: ["", "\n"])
  func knownVector(end: String) throws {
    let path = folder.write(Self.line + end)
    #expect(try IdentityFile(path).load().publicKey.description == Self.publicKey)
  }

  private static let others: [String] = [
    "", "\n", "x", "\(line)\n\n", "\(line) \n", "\(line)\r\n", " \(line)", "\(line)\n\(line)",
    "fastun-identity-2 dwdtCnMYpX08FsFyUbJmRd9ML4frwJkqsXf7pR25LCo=\n",
    "fastun-identity-1  dwdtCnMYpX08FsFyUbJmRd9ML4frwJkqsXf7pR25LC=\n",
    "fastun-identity-1 dwdtCnMYpX08FsFyUbJmRd9ML4frwJkqsXf7pR25LC=\n",
    "fastun-identity-1 dwdtCnMYpX08FsFyUbJmRd9ML4frwJkqsXf7pR25LCp=\n",
    "fastun-identity-1 dwdtCnMYpX08FsFyUbJmRd9ML4frwJkqsXf7pR25LCoA\n",
    "fastun-identity-1 dwdtCnMYpX08FsFyUbJmRd9ML4frwJkqsXf7pR25L-o=\n",
    "dwdtCnMYpX08FsFyUbJmRd9ML4frwJkqsXf7pR25LCo=\n",
    String(repeating: "x", count: 100_000),
  ]

  @Test("Anything but one line of the format is refused", arguments: others)
  func malformed(text: String) {
    let path = folder.write(text)
    let error = #expect(throws: SetupError.self) { try IdentityFile(path).loadOrCreate() }
    #expect(error?.status == .badFile)
    // What it holds may be a secret, mistyped.
    #expect(error?.description.contains("dwdt") == false)
    #expect(folder.text("file") == text)
  }

  @Test(arguments: [0o604, 0o640, 0o660, 0o602, 0o610, 0o777] as [mode_t])
  func openToOthers(mode: mode_t) {
    let path = folder.write(Self.line, mode: mode)
    let error = #expect(throws: SetupError.self) { try IdentityFile(path).load() }
    #expect(error?.status == .noPermission)
    #expect(error?.problem.contains("(mode 0\(String(mode, radix: 8)))") == true)
    #expect(error?.remedy == "chmod 600 \(path)")
  }

  @Test(.enabled(if: Host.isRoot, "needs root"))
  func ofAnotherUser() {
    let path = folder.write(Self.line)
    chown(path, 65_534, 65_534)
    let error = #expect(throws: SetupError.self) { try IdentityFile(path).load() }
    #expect(error?.status == .noPermission)
    #expect(error?.problem.contains("another user (uid 65534)") == true)
  }

  @Test func noFile() throws {
    let missing = folder.file("missing")
    var error = #expect(throws: SetupError.self) { try IdentityFile(missing).load() }
    #expect(error?.status == .unavailable)
    #expect(error?.remedy == "make one with 'fastun keygen --identity \(missing)'")

    error = #expect(throws: SetupError.self) { try IdentityFile(folder.path).loadOrCreate() }
    #expect(error?.problem == "the identity \(folder.path) is no file")

    mkfifo(folder.file("fifo"), 0o600)
    error = #expect(throws: SetupError.self) { try IdentityFile(folder.file("fifo")).load() }
    #expect(error?.status == .badFile)

    let file = folder.write("")
    error = #expect(throws: SetupError.self) { try IdentityFile("\(file)/identity").loadOrCreate() }
    #expect(error?.status == .usage)
  }

  @Test(
    "Where a folder or a link that leads nowhere has the name, nobody is told to keep an identity")
  func noFileToBeMade() throws {
    let link = folder.file("link")
    symlink("nowhere", link)
    for path in [folder.path, link] {
      let file = IdentityFile(path)
      for attempt in [
        { try file.create() }, { try file.load() }, { try file.loadOrCreate().identity },
      ] {
        let error = #expect(throws: SetupError.self) { try attempt() }
        #expect(error?.problem == "the identity \(path) is no file")
      }
    }
  }

  @Test func folderThatTakesNoFiles() {
    // Not even root's.
    let error = #expect(throws: SetupError.self) {
      try IdentityFile("/proc/sys/net/fastun/identity").loadOrCreate()
    }
    #expect(error?.status == .usage)
    #expect(error?.remedy == "choose another with --identity")
  }

  @Test(.enabled(if: Host.isRoot, "needs root"), arguments: ["identity", "new/identity"])
  func folderOfSomebodyElse(name: String) throws {
    let file = IdentityFile(folder.file(name))
    let nobody = try Account(named: "nobody")
    chmod(folder.path, 0o755)
    concurrently(1) {
      #expect(throws: Never.self) { try Privileges.dropOfThread(to: nobody) }
      let error = #expect(throws: SetupError.self) { try file.loadOrCreate() }
      #expect(error?.status == .noPermission)
      #expect(error?.remedy == "run as root, or choose another with --identity")
    }
    // The kernel has made the whole process undumpable.
    ft_set_dumpable(1)
    #expect(folder.names.isEmpty)
  }
}
