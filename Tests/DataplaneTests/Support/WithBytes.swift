@testable import Dataplane

/// Runs `body` over a copy of `array` that ends where the allocation ends; the copy is gone after it.
func withBytes<R>(_ array: [UInt8], _ body: (Bytes) throws -> R) rethrows -> R {
  let memory = UnsafeMutableRawBufferPointer.allocate(byteCount: max(array.count, 1), alignment: 8)
  defer { memory.deallocate() }
  memory.copyBytes(from: array)
  guard let base = memory.baseAddress else { preconditionFailure("allocation failed") }
  return try body(Bytes(base, count: array.count))
}
