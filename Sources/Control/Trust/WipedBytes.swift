import CFastun
import Glibc

/// Calls `body` with `count` zeroed bytes, for secrets on their way; they are wiped when it returns.
func withWipedBytes<Value, Failure: Error>(
  _ count: Int, _ body: (UnsafeMutableRawBufferPointer) throws(Failure) -> Value
) throws(Failure) -> Value {
  let room = UnsafeMutableRawBufferPointer.allocate(byteCount: count, alignment: 16)
  room.initializeMemory(as: UInt8.self, repeating: 0)
  defer {
    // Not memset: that would be optimised away, since nobody reads the bytes any more.
    explicit_bzero(room.baseAddress!, count)
    room.deallocate()
  }
  return try body(room)
}
