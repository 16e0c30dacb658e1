import CFastun
import Dataplane
import Glibc
package import Handshake

/// Keys of peers that were met before, in a file beside the identity: a line `HOST:PORT KEY` each.
///
/// Opened before privileges are dropped, and held, since a first peer is met later.
package struct KnownPeers: Sendable {
  /// A line of the file.
  package struct Entry: Equatable, Sendable {
    /// The peer as ``KnownPeers/name(of:)`` writes it.
    package let name: String
    package let key: PublicKey
    /// Counted from 1.
    package let line: Int
  }

  package let path: String
  private let file: PrivateFile
  private let descriptor: Descriptor
  private var entries: [Entry]

  /// Far more than anybody has peers.
  static let sizeLimit = 1 << 20

  /// Opens the file that belongs to an identity, making it where it is missing; its folder is there.
  package init(beside identity: String) throws(SetupError) {
    let folder = PrivateFile.folder(of: identity)
    path = folder == "." ? "known_peers" : folder == "/" ? "/known_peers" : folder + "/known_peers"
    file = PrivateFile(
      what: "the list of known peers", path: path, option: "--identity", exclusion: .forgery)
    let flags = O_CLOEXEC | O_NONBLOCK | O_NOCTTY
    var raw = open(path, O_RDWR | O_CREAT | O_APPEND | flags, 0o600)
    if raw < 0, errno == EROFS || errno == EACCES {
      // What is known there holds all the same; only a peer that is met first is not kept.
      let code = errno
      raw = open(path, O_RDONLY | flags)
      errno = raw < 0 ? code : 0
    }
    guard raw >= 0 else { throw file.error("open") }
    descriptor = Descriptor(raw)
    try file.check(descriptor)
    entries = try Self.parse(Self.text(file, descriptor), path: path)
    if entries.isEmpty { try PrivateFile.syncFolder(folder) }
  }

  /// What is known of a peer; nil for one that was never met.
  package func entry(for peer: Endpoint) -> Entry? {
    let name = Self.name(of: peer)
    return entries.first { $0.name == name }
  }

  /// Notes the key of a peer that was met for the first time, to outlive a power cut.
  ///
  /// - Returns: the line that now holds for the peer: where another process was quicker, its line.
  /// - Throws: where it could not be written.
  package mutating func pin(_ key: PublicKey, for peer: Endpoint) throws(SetupError) -> Entry {
    let name = Self.name(of: peer)
    // Two processes must not both find that the peer is new. None of ours holds the lock for long, and whoever
    // does holds up rekeying and the end.
    do {
      try retrying(while: EWOULDBLOCK, for: .seconds(1)) { () throws(SystemError) in
        guard flock(descriptor.raw, LOCK_EX | LOCK_NB) == 0 else { throw .last("flock \(path)") }
      }
    } catch {
      guard error.code == EWOULDBLOCK else { throw SetupError(error) }
      throw SetupError(
        "\(path) is locked by another process", remedy: "see which (fuser \(path))",
        status: .unavailable)
    }
    defer { flock(descriptor.raw, LOCK_UN) }
    var status = stat()
    guard fstat(descriptor.raw, &status) == 0 else { throw SetupError(.last("fstat \(path)")) }
    // Renamed and removed ones are nobody's list. Who may not look there any more cannot tell.
    var there = stat()
    let isThere =
      stat(path, &there) == 0
      ? (there.st_dev, there.st_ino) == (status.st_dev, status.st_ino) : errno != ENOENT
    guard status.st_nlink > 0, isThere else {
      throw SetupError(
        "\(path) was replaced since fastun started", remedy: "start fastun again",
        status: .unavailable)
    }
    let text = try Self.text(file, descriptor)
    let known = try Self.parse(text, path: path)
    if let entry = known.first(where: { $0.name == name }) {
      entries = known
      return entry
    }
    // An editor may have left the last line without its end.
    let isTorn = text.last.map { $0 != 0x0a } ?? false
    let line = Array("\(isTorn ? "\n" : "")\(name) \(key)\n".utf8)
    let outcome = line.withUnsafeBytes { bytes in
      Result { () throws(SetupError) in try file.write(bytes, to: descriptor) }
    }
    // Half a line would stop the next start.
    if case .failure = outcome { ftruncate(descriptor.raw, off_t(text.count)) }
    try outcome.get()
    try PrivateFile.sync(descriptor, path)
    let number = text.count(where: { $0 == 0x0a }) + (isTorn ? 2 : 1)
    let entry = Entry(name: name, key: key, line: number)
    entries = known + [entry]
    return entry
  }

  // MARK: Text

  /// A peer's name in the file: as the user wrote it, but for ways of writing the same.
  static func name(of peer: Endpoint) -> String {
    let host = IPAddress(parsing: peer.host)?.description ?? peer.host.lowercased()
    return Endpoint(host: host, port: peer.port).description
  }

  /// Reads a file's lines. Comments (#) and empty lines say nothing.
  static func parse(_ text: [UInt8], path: String) throws(SetupError) -> [Entry] {
    var entries: [Entry] = []
    let lines = text.split(separator: 0x0a, omittingEmptySubsequences: false)
    for (number, line) in zip(1..., lines) {
      let fields = line.split { [0x20, 0x09, 0x0d].contains($0) }
        .map { String(decoding: $0, as: UTF8.self) }
      guard let first = fields.first, !first.hasPrefix("#") else { continue }
      guard fields.count == 2, let peer = try? Endpoint(peer: first),
        let key = try? PublicKey(parsing: fields[1])
      else {
        throw SetupError(
          "line \(number) of \(path) cannot be read",
          remedy: "write HOST:PORT and the peer's public key, or remove the line",
          status: .badFile)
      }
      let entry = Entry(name: name(of: peer), key: key, line: number)
      if let other = entries.first(where: { $0.name == entry.name && $0.key != key }) {
        throw SetupError(
          "lines \(other.line) and \(number) of \(path) give two keys of \(entry.name)",
          remedy: "remove the wrong one", status: .badFile)
      }
      entries.append(entry)
    }
    return entries
  }

  private static func text(
    _ file: PrivateFile, _ descriptor: Descriptor
  ) throws(SetupError) -> [UInt8] {
    let room = UnsafeMutableRawBufferPointer.allocate(byteCount: sizeLimit + 1, alignment: 1)
    defer { room.deallocate() }
    let count = try file.read(descriptor, into: room)
    guard count <= sizeLimit else {
      throw SetupError(
        "\(file.path) has more than \(sizeLimit) bytes", remedy: "remove lines", status: .badFile)
    }
    return Array(room[..<count])
  }
}
