internal import CFastun

/// Secret bytes, wiped when the last holder lets go of them.
///
/// Never printed, never compared, never part of a value that is.
@safe
package final class Secret: @unchecked Sendable {
  // @unchecked: the bytes are written before the object is shared and wiped after the last holder is gone.
  // SAFETY: allocated here for `count` bytes, freed in deinit.
  private let base: UnsafeMutableRawPointer
  package let count: Int

  /// Takes a copy of `bytes`; the caller wipes its own.
  package init(_ bytes: UnsafeRawBufferPointer) {
    count = bytes.count
    unsafe base = .allocate(byteCount: max(bytes.count, 1), alignment: 16)
    unsafe UnsafeMutableRawBufferPointer(start: base, count: count).copyMemory(from: bytes)
  }

  deinit {
    // SAFETY: nobody else holds the bytes any more; explicit_bzero is not optimised away.
    unsafe explicit_bzero(base, count)
    unsafe base.deallocate()
  }

  /// Calls `body` with the bytes, which are valid until it returns.
  package func withBytes<R>(_ body: (UnsafeRawBufferPointer) throws -> R) rethrows -> R {
    try unsafe body(UnsafeRawBufferPointer(start: base, count: count))
  }
}

extension Secret {
  /// A key that is none, for trials: 32 times the same byte.
  static func ofTrial(_ byte: UInt8 = 1) -> Secret {
    // SAFETY: the bytes live for the call.
    unsafe [UInt8](repeating: byte, count: 32).withUnsafeBytes { unsafe Secret($0) }
  }
}
