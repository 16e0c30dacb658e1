import Dataplane
import Glibc

/// What it means that datagrams cannot be sent, and what to do about it.
enum SendFault {
  /// To go on from "… could not be sent".
  static func story(_ error: SystemError?) -> String {
    guard let error else { return "" }
    let remedy =
      switch error.code {
      case EMSGSIZE:
        "the path's MTU has shrunk: start fastun again, or with a smaller --mtu on both sides"
      case EPERM, EACCES:
        "a firewall of this host forbids it: let UDP to the peer pass"
      case ENETUNREACH, EHOSTUNREACH, ENETDOWN, EHOSTDOWN, ENONET, EADDRNOTAVAIL, EINVAL,
        EDESTADDRREQ:
        "no route leads to the peer from this host: it goes on by itself once one does"
      case EAGAIN:
        "the link was too slow to take them before the end"
      case ENOBUFS, ENOMEM:
        "the host is short of memory for its network"
      default:
        "it goes on by itself once they can"
      }
    return " (\(error)): \(remedy)"
  }
}
