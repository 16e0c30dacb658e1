import CFastun
import Control
import Glibc

/// Conditions of tests that change the kernel's network.
enum Host {
  /// Namespaces and devices need root.
  static let isRoot = geteuid() == 0
  static let hasTun = isRoot && access("/dev/net/tun", R_OK | W_OK) == 0
}

/// Runs `body` in a network namespace of its own, with lo up, that is gone afterwards.
///
/// Only the calling thread changes over, so `body` must not await. Threads that it starts are inside too,
/// and must have ended when it does.
func inNamespace<Value>(_ body: () throws -> Value) throws -> Value {
  let home = ft_open("/proc/thread-self/ns/net", O_RDONLY | O_CLOEXEC)
  precondition(home >= 0 && unshare(CLONE_NEWNET) == 0, "no namespace: errno \(errno)")
  defer {
    precondition(setns(home, CLONE_NEWNET) == 0, "the way back is lost: errno \(errno)")
    close(home)
  }
  try Link(name: "lo", index: 1).bringUp()
  return try body()
}
