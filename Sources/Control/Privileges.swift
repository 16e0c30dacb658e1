import CFastun
import Dataplane
import Glibc

/// What the process may do, and gives up once everything is set up: a lane needs its open files only.
package enum Privileges {
  /// Gives up every capability, for good, and core dumps, which would hold keys; becomes `account` where
  /// one is given.
  ///
  /// To be called before other threads start: capabilities and ids are those of a thread, and new threads
  /// have those of the one that starts them.
  ///
  /// - Throws: where something could not be given up, or is still there afterwards.
  package static func drop(to account: Account? = nil) throws(SetupError) {
    guard threadCount() ?? 1 == 1 else {
      throw SetupError(
        "threads run already that would keep their privileges",
        remedy: "start fastun without preloaded libraries (LD_PRELOAD)", status: .systemError)
    }
    try forbidDumps()
    try dropOfThread(to: account)
    // Changing ids has set it anew (suid_dumpable of proc_sys_fs(5)).
    try forbidDumps()
  }

  /// The part that concerns the calling thread alone.
  static func dropOfThread(to account: Account?) throws(SetupError) {
    guard ft_no_new_privileges() == 0 else { throw SetupError(.last("PR_SET_NO_NEW_PRIVS")) }
    // First, while CAP_SETPCAP is there: what is not in the bounding set can never be had again.
    ft_capabilities_unreachable()
    // Whoever it is already may stay it, without a privilege.
    if let account, ft_is(account.user, account.group) != 1 {
      guard ft_become(account.user, account.group) == 0 else {
        throw SetupError(
          "no permission to become the user \(account.name) (\(SystemError.last("setresuid")))",
          remedy: "run as root, or leave out --user", status: .noPermission)
      }
    }
    guard ft_capabilities_clear() == 0 else { throw SetupError(.last("capset")) }
    guard ft_capabilities_left() == 0, ft_has_no_new_privileges() == 1,
      account.map({ ft_is($0.user, $0.group) == 1 }) ?? true
    else {
      throw SetupError(
        "the kernel left privileges that were given up",
        remedy: "do not run fastun on this kernel", status: .systemError)
    }
  }

  private static func forbidDumps() throws(SetupError) {
    var none = rlimit()
    guard setrlimit(__rlimit_resource_t(RLIMIT_CORE.rawValue), &none) == 0,
      ft_set_dumpable(0) == 0, ft_is_dumpable() == 0
    else { throw SetupError(.last("PR_SET_DUMPABLE")) }
  }

  /// Threads of this process; nil where /proc does not tell.
  private static func threadCount() -> Int? {
    guard let folder = opendir("/proc/self/task") else { return nil }
    defer { closedir(folder) }
    var count = 0
    while let entry = readdir(folder) {
      if entry.pointee.d_name.0 != CChar(UInt8(ascii: ".")) { count += 1 }
    }
    return count
  }
}
