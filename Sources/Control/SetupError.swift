package import Dataplane
import Glibc

/// Why fastun cannot run, what to do about it, and how the process ends for it.
package struct SetupError: Error, Equatable, Sendable {
  /// What is wrong, without a full stop: "port 51900 is in use".
  package let problem: String
  /// What to do: "stop the other process, or choose another port with --listen".
  package let remedy: String
  package let status: ExitStatus

  package init(_ problem: String, remedy: String, status: ExitStatus = .usage) {
    self.problem = problem
    self.remedy = remedy
    self.status = status
  }

  /// An error of the kernel that has no better explanation than its errno.
  package init(_ error: SystemError) {
    if error.code == EPERM || error.code == EACCES {
      self.init(
        "\(error)",
        remedy: "run as root, or give the binary CAP_NET_ADMIN; where it has that, a seccomp "
          + "profile forbids the call", status: .noPermission)
    } else if error.code == EMFILE || error.code == ENFILE {
      self.init("\(error)", remedy: "raise the limit (ulimit -n)", status: .systemError)
    } else {
      self.init("\(error)", remedy: "see the kernel's log (dmesg)", status: .systemError)
    }
  }
}

extension SetupError: CustomStringConvertible {
  /// One line: what is wrong, and what to do.
  package var description: String { "\(problem): \(remedy)" }
}
