package import Glibc

/// A user of this host whom the process becomes once it is set up.
package struct Account: Equatable, Sendable {
  package let name: String
  package let user: uid_t
  /// Its primary group.
  package let group: gid_t

  /// Looks the name up (getpwnam(3)).
  package init(named name: String) throws(SetupError) {
    // Before there are threads, so that the shared entry is read before anybody can write it.
    guard let entry = getpwnam(name) else {
      throw SetupError(
        "--user '\(name)' is no user of this host",
        remedy: name.isEmpty
          ? "choose one of 'getent passwd'"
          : "make it (useradd --system \(name)), or choose one of 'getent passwd'")
    }
    self.name = name
    user = entry.pointee.pw_uid
    group = entry.pointee.pw_gid
  }
}
