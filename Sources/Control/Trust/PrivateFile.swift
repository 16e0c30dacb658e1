import CFastun
import Dataplane
import Glibc

/// A small file that trust rests on, and that is used only where nobody else could have had a hand in it.
struct PrivateFile {
  /// What others than the owner must not be able to do.
  enum Exclusion {
    /// Neither read nor write: the file holds a secret.
    case secret
    /// Not write: what the file says must not be forged.
    case forgery

    var forbidden: mode_t { self == .secret ? 0o077 : 0o022 }
  }

  /// In errors: "the identity".
  let what: String
  let path: String
  /// The option that names another one.
  let option: String
  let exclusion: Exclusion

  /// Opens it for reading; nil where it does not exist.
  func openIfThere() throws(SetupError) -> Descriptor? {
    // A FIFO would block, a terminal become ours; both are refused by `check`.
    let raw = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY)
    guard raw >= 0 else {
      if errno == ENOENT { return nil }
      throw error("open")
    }
    let descriptor = Descriptor(raw)
    try check(descriptor)
    return descriptor
  }

  /// Makes sure that it is a file, ours (or root's), and excludes others.
  func check(_ descriptor: Descriptor) throws(SetupError) {
    var status = stat()
    guard fstat(descriptor.raw, &status) == 0 else { throw SetupError(.last("fstat \(path)")) }
    guard status.st_mode & S_IFMT == S_IFREG else { throw isNoFile }
    guard status.st_uid == geteuid() || status.st_uid == 0 else {
      throw SetupError(
        "\(what) \(path) belongs to another user (uid \(status.st_uid))",
        remedy: "make it yours if you trust it (chown \(geteuid()) \(path))",
        status: .noPermission)
    }
    guard status.st_mode & exclusion.forbidden == 0 else {
      let digits = String(status.st_mode & 0o777, radix: 8)
      let mode = String(repeating: "0", count: 4 - digits.count) + digits
      let deed = exclusion == .secret ? "used" : "changed"
      throw SetupError(
        "\(what) \(path) can be \(deed) by others (mode \(mode))",
        remedy: "chmod 600 \(path)", status: .noPermission)
    }
  }

  /// Fills `room` from the file's start; the count of bytes that came. Less than `room` has is all.
  func read(
    _ descriptor: Descriptor, into room: UnsafeMutableRawBufferPointer
  ) throws(SetupError) -> Int {
    var count = 0
    while count < room.count {
      let got = pread(
        descriptor.raw, room.baseAddress! + count, room.count - count, off_t(count))
      if got < 0, errno == EINTR { continue }
      guard got >= 0 else { throw SetupError(.last("read \(path)")) }
      if got == 0 { break }
      count += got
    }
    return count
  }

  /// Writes all of `bytes` by one call, so that nobody sees half of them.
  func write(_ bytes: UnsafeRawBufferPointer, to descriptor: Descriptor) throws(SetupError) {
    let written = Glibc.write(descriptor.raw, bytes.baseAddress, bytes.count)
    guard written == bytes.count else {
      // What did not fit whole: the disk is full, or a quota is.
      if written >= 0 { errno = ENOSPC }
      throw error("write")
    }
  }

  /// There is a folder, a device, a FIFO, or a symbolic link that leads nowhere.
  var isNoFile: SetupError {
    SetupError("\(what) \(path) is no file", remedy: "give the path of a file", status: .badFile)
  }

  /// What the errno of a failed call means for this file.
  func error(_ action: String) -> SetupError {
    .trustFile(.last("\(action) \(path)"), what: what, path: path, option: option)
  }

  /// Returns once the file, or a folder's entry, would outlive a power cut.
  static func sync(_ descriptor: Descriptor, _ path: String) throws(SetupError) {
    // EINVAL: a file system that keeps nothing.
    guard fsync(descriptor.raw) == 0 || errno == EINVAL else {
      throw SetupError(.last("fsync \(path)"))
    }
  }

  static func syncFolder(_ path: String) throws(SetupError) {
    let raw = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
    // A folder may be searched and written, but not be read.
    guard raw >= 0 else { return }
    try sync(Descriptor(raw), path)
  }

  /// The folder that a path's file lies in.
  static func folder(of path: String) -> String {
    guard let slash = path.lastIndex(of: "/") else { return "." }
    let folder = path[..<slash]
    return folder.isEmpty ? "/" : String(folder)
  }
}
