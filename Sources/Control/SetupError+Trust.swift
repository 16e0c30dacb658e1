import Dataplane
import Glibc

extension SetupError {
  /// Opening or writing a file that trust rests on failed.
  ///
  /// - Parameter option: the option that names another file.
  static func trustFile(
    _ error: SystemError, what: String, path: String, option: String
  ) -> SetupError {
    switch error.code {
    case EROFS, EBADF:
      // EBADF: it could be opened for reading only.
      SetupError(
        "\(what) \(path) cannot be written (\(error))",
        remedy: "make its disk writable, choose another with \(option), or name the peer's key "
          + "with --peer-key", status: .noPermission)
    case EACCES, EPERM:
      SetupError(
        "no permission for \(what) \(path) (\(error))",
        remedy: "run as root, or choose another with \(option)", status: .noPermission)
    case ENOTDIR, ELOOP, ENAMETOOLONG, EISDIR, ENOENT:
      // ENOENT: folders are made where they are missing, but /proc and the like take none.
      SetupError(
        "\(what) \(path) cannot be there (\(error))", remedy: "choose another with \(option)")
    case ENOSPC, EDQUOT:
      SetupError(
        "no room for \(what) \(path)", remedy: "make room on its disk", status: .systemError)
    default:
      SetupError(error)
    }
  }
}
