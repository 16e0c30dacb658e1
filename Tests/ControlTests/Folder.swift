import Glibc

/// A folder of its own for each test, removed with what is in it.
final class Folder {
  let path: String

  init() {
    var template = Array("/tmp/fastun-test-XXXXXX\0".utf8CString)
    path = String(cString: mkdtemp(&template))
  }

  deinit { remove(path) }

  func file(_ name: String) -> String { "\(path)/\(name)" }

  /// Writes a file and returns its path.
  func write(_ text: String, to name: String = "file", mode: mode_t = 0o600) -> String {
    let descriptor = open(file(name), O_WRONLY | O_CREAT | O_TRUNC, 0o600)
    precondition(descriptor >= 0)
    var text = text
    let count = text.withUTF8 { Glibc.write(descriptor, $0.baseAddress, $0.count) }
    precondition(count == text.utf8.count && fchmod(descriptor, mode) == 0)
    close(descriptor)
    return file(name)
  }

  func text(_ name: String) -> String? {
    let descriptor = open(file(name), O_RDONLY)
    guard descriptor >= 0 else { return nil }
    defer { close(descriptor) }
    var room = [UInt8](repeating: 0, count: 1 << 20)
    let count = read(descriptor, &room, room.count)
    return String(decoding: room.prefix(count), as: UTF8.self)
  }

  /// The permission bits of a file in it.
  func mode(_ name: String) -> mode_t {
    var status = stat()
    precondition(stat(file(name), &status) == 0)
    return status.st_mode & 0o7777
  }

  /// Names of what is in it, sorted.
  var names: [String] {
    var names: [String] = []
    let folder = opendir(path)!
    defer { closedir(folder) }
    while let entry = readdir(folder) {
      let name = withUnsafePointer(to: &entry.pointee.d_name) {
        $0.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
      }
      if name != ".", name != ".." { names.append(name) }
    }
    return names.sorted()
  }

  private func remove(_ path: String) {
    nftw(path, { path, _, _, _ in Glibc.remove(path!) }, 8, Int32(FTW_DEPTH | FTW_PHYS))
  }
}
