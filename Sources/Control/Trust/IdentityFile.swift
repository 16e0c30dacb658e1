import CFastun
import Crypto
import Dataplane
import Glibc
package import Handshake

/// Where a host keeps who it is: `fastun-identity-1 BASE64`, one line with the private half of its key.
package struct IdentityFile: Sendable {
  package static let defaultPath = "/var/lib/fastun/identity"

  package let path: String

  private static let mark = "fastun-identity-1 "
  private static let lineCount = mark.utf8.count + KeyText.textCount + 1

  private var file: PrivateFile {
    PrivateFile(
      what: "the identity", path: path, option: "--identity", exclusion: .secret)
  }

  package init(_ path: String = defaultPath) {
    self.path = path
  }

  /// The identity that the file holds.
  package func load() throws(SetupError) -> Identity {
    if let identity = try loadIfThere() { return identity }
    let option = path == Self.defaultPath ? "" : " --identity \(path)"
    throw SetupError(
      "there is no identity \(path)", remedy: "make one with 'fastun keygen\(option)'",
      status: .unavailable)
  }

  /// Makes an identity where there is none.
  package func create() throws(SetupError) -> Identity {
    guard try make() else {
      var status = stat()
      // What is there and leads nowhere is a link.
      guard stat(path, &status) == 0, status.st_mode & S_IFMT == S_IFREG else {
        throw file.isNoFile
      }
      throw SetupError(
        "the identity \(path) exists already",
        remedy: "keep it, or move it away first (peers that know this host will refuse another)",
        status: .unavailable)
    }
    return try load()
  }

  /// The identity that the file holds, made where there is none. Of several processes at once one makes
  /// it, and all of them get that one.
  package func loadOrCreate() throws(SetupError) -> (identity: Identity, isNew: Bool) {
    if let identity = try loadIfThere() { return (identity, false) }
    let isNew = try make()
    return (try load(), isNew)
  }

  // MARK: Reading

  private func loadIfThere() throws(SetupError) -> Identity? {
    guard let descriptor = try file.openIfThere() else {
      var status = stat()
      if lstat(path, &status) == 0, status.st_mode & S_IFMT == S_IFLNK { throw file.isNoFile }
      return nil
    }
    return try withWipedBytes(Self.lineCount + 1) { line throws(SetupError) in
      let count = try file.read(descriptor, into: line)
      return try withWipedBytes(KeyText.keyCount) { key throws(SetupError) in
        guard Self.parse(UnsafeRawBufferPointer(rebasing: line[..<count]), to: key),
          let identity = try? Curve25519.KeyAgreement.PrivateKey(
            rawRepresentation: UnsafeRawBufferPointer(key))
        else {
          throw SetupError(
            "\(path) holds no identity of fastun",
            remedy: "choose another file with --identity, or move it away to get a new one",
            status: .badFile)
        }
        return Identity(identity)
      }
    }
  }

  /// Takes the private half out of a line, whose end may be missing.
  private static func parse(
    _ line: UnsafeRawBufferPointer, to key: UnsafeMutableRawBufferPointer
  ) -> Bool {
    guard line.count == lineCount - 1 || line.count == lineCount && line.last == 0x0a else {
      return false
    }
    let text = line[mark.utf8.count..<lineCount - 1]
    return line.starts(with: mark.utf8)
      && KeyText.read(UnsafeRawBufferPointer(rebasing: text), to: key)
  }

  // MARK: Making

  /// Makes the file; false where it is there already.
  ///
  /// Written under another name and then linked: link(2) fails where the name is taken, and whoever sees
  /// the name sees the whole file. (A rename would replace what another process has just begun to use.)
  private func make() throws(SetupError) -> Bool {
    let folder = PrivateFile.folder(of: path)
    try Self.makeFolder(folder)
    let draft = "\(path).\(String(UInt64.random(in: 0 ... .max), radix: 16))"
    let raw = open(draft, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
    guard raw >= 0 else { throw file.error("make") }
    let descriptor = Descriptor(raw)
    defer { unlink(draft) }
    try withWipedBytes(Self.lineCount) { line throws(SetupError) in
      try Self.draw(into: line)
      try file.write(UnsafeRawBufferPointer(line), to: descriptor)
    }
    try PrivateFile.sync(descriptor, draft)
    guard link(draft, path) == 0 else {
      if errno == EEXIST { return false }
      throw file.error("link")
    }
    try PrivateFile.syncFolder(folder)
    return true
  }

  /// Writes the line of a fresh key. Any 32 bytes are one (RFC 7748, section 5).
  private static func draw(into line: UnsafeMutableRawBufferPointer) throws(SetupError) {
    try withWipedBytes(KeyText.keyCount) { key throws(SetupError) in
      // Waits until the kernel has gathered randomness, which early at boot it may not have yet.
      while getrandom(key.baseAddress!, key.count, 0) != key.count {
        guard errno == EINTR else { throw SetupError(.last("getrandom")) }
      }
      line.copyBytes(from: mark.utf8)
      let text = line[mark.utf8.count..<lineCount - 1]
      KeyText.write(
        UnsafeRawBufferPointer(key), to: UnsafeMutableRawBufferPointer(rebasing: text))
      line[lineCount - 1] = 0x0a
    }
  }

  /// Makes a folder, and those above it, for this user only.
  private static func makeFolder(_ path: String) throws(SetupError) {
    var status = stat()
    if stat(path, &status) == 0 { return }
    let above = PrivateFile.folder(of: path)
    if above != path { try makeFolder(above) }
    guard mkdir(path, 0o700) == 0 || errno == EEXIST else {
      throw .trustFile(
        .last("make \(path)"), what: "the folder", path: path, option: "--identity")
    }
    try PrivateFile.syncFolder(above)
  }
}
