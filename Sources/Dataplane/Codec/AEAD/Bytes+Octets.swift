/// Runs as the ciphers' C functions take them.
extension Bytes {
  var octets: UnsafeMutablePointer<UInt8> { unsafe base.assumingMemoryBound(to: UInt8.self) }
  var length: UInt64 { UInt64(truncatingIfNeeded: count) }
}
