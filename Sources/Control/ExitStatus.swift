/// How the process ends, with the numbers of sysexits.h.
package enum ExitStatus: Int32, Sendable, CaseIterable {
  case success = 0
  /// EX_USAGE: flags that are unknown, malformed, out of range or contradict each other.
  case usage = 64
  /// EX_NOHOST: a host name that does not resolve.
  case noHost = 68
  /// EX_UNAVAILABLE: something needed is missing, switched off, or held by another process.
  case unavailable = 69
  /// EX_OSERR: the kernel refused a call that it should not have refused.
  case systemError = 71
  /// EX_NOPERM: a capability is missing, or a file is open to others.
  case noPermission = 77
  /// EX_CONFIG: a file that the user keeps (identity, known peers, pre-shared key) does not hold what it
  /// should.
  case badFile = 78
}
