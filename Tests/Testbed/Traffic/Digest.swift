import Glibc

/// SHA-256 of a stream, by a `sha256sum` that reads it from a pipe.
final class Digest: Sendable {
  private let pid: pid_t
  private let input: Int32
  private let result: Int32

  init() throws {
    var toChild: [Int32] = [-1, -1]
    var fromChild: [Int32] = [-1, -1]
    guard pipe2(&toChild, O_CLOEXEC) == 0, pipe2(&fromChild, O_CLOEXEC) == 0 else {
      throw TestbedError("no pipe to be had")
    }
    defer {
      close(toChild[0])
      close(fromChild[1])
    }
    input = toChild[1]
    result = fromChild[0]
    pid = try spawn(["sha256sum"], input: toChild[0], output: fromChild[1], errors: -1)
  }

  func update(_ bytes: UnsafeRawBufferPointer) {
    var done = 0
    while done < bytes.count {
      let count = write(input, bytes.baseAddress! + done, bytes.count - done)
      if count <= 0 { return }
      done += count
    }
  }

  /// The digest in hexadecimal. Call it once, at the end.
  func finish() throws -> String {
    close(input)
    var text = [UInt8](repeating: 0, count: 64)
    var length = 0
    while length < text.count {
      let count = text.withUnsafeMutableBytes {
        read(result, $0.baseAddress! + length, 64 - length)
      }
      if count <= 0 { break }
      length += count
    }
    close(result)
    guard waitForEnd(pid, deadline: Deadline(seconds: 10)) == 0, length == 64 else {
      throw TestbedError("sha256sum failed")
    }
    return String(decoding: text, as: UTF8.self)
  }
}
