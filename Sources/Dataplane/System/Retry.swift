import Glibc

/// How long a name or a port may stay busy before it counts as taken: a killed predecessor's rings, and
/// with them its files, are torn down asynchronously (io_uring_release in io_uring/io_uring.c).
package let teardownPatience: Duration = .seconds(2)

/// Repeats `call` while it fails with `code`, until `patience` is spent; then its last error is thrown.
package func retrying<Value>(
  while code: Int32, for patience: Duration = teardownPatience,
  _ call: () throws(SystemError) -> Value
) throws(SystemError) -> Value {
  let deadline = ContinuousClock.now + patience
  while true {
    do {
      return try call()
    } catch {
      guard error.code == code, ContinuousClock.now < deadline else { throw error }
      usleep(20_000)
    }
  }
}
