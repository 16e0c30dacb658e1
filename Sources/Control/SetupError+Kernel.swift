import Dataplane
import Glibc

// What errors of the kernel mean at each step of the set-up, and what the user can do about them.

extension SetupError {
  /// Opening the device `name` with `queues` queues failed.
  static func device(_ error: SystemError, name: String, queues: Int) -> SetupError {
    switch error.code {
    case ENOENT, ENODEV, ENXIO:
      SetupError(
        "/dev/net/tun is missing",
        remedy: "load the module (modprobe tun), or hand the device to the container "
          + "(--device /dev/net/tun)", status: .unavailable)
    case EBUSY:
      SetupError(
        "the interface \(name) exists already",
        remedy: "choose another name with --name, or remove it (ip link delete \(name))",
        status: .unavailable)
    case EPERM, EACCES:
      SetupError(
        "no permission to make the interface \(name)",
        remedy: "run as root, or give the binary CAP_NET_ADMIN "
          + "(setcap cap_net_admin+ep /path/to/fastun)", status: .noPermission)
    case E2BIG:
      SetupError(
        "the kernel takes no \(queues) queues for one device", remedy: "choose fewer with --queues")
    case ENOTTY:
      SetupError(
        "/dev/net/tun is not the tun device",
        remedy: "make it (rm /dev/net/tun; mknod /dev/net/tun c 10 200)", status: .unavailable)
    case EMFILE, ENFILE:
      .fewDescriptors(for: "\(queues) queues")
    default:
      SetupError(error)
    }
  }

  /// Opening the sockets of a lane failed; `remote` is nil where the peer is still to come.
  static func socket(
    _ error: SystemError, local: SocketAddress, remote: SocketAddress?
  ) -> SetupError {
    let findsNobody = remote == nil && error.operation.hasPrefix("connect")
    let remote = remote ?? local
    return switch error.code {
    case EADDRINUSE:
      SetupError(
        "UDP port \(local.port) is in use on this host",
        remedy: "stop the process that holds it (ss -ulpn), or choose another with --listen :PORT",
        status: .unavailable)
    case EADDRNOTAVAIL where findsNobody, ENETUNREACH where findsNobody,
      EHOSTUNREACH where findsNobody:
      SetupError(
        "this host has no loopback address, to which a socket that awaits its peer is connected",
        remedy: "bring it up (ip link set lo up)", status: .unavailable)
    case EADDRNOTAVAIL where !error.operation.hasPrefix("bind"):
      SetupError(
        "this host has no address to reach the peer \(remote.address) from",
        remedy: remote.address.family == AF_INET6
          ? "is IPv6 switched off (net.ipv6.conf.all.disable_ipv6)? Else bring up the network first"
          : "bring up the network first", status: .unavailable)
    case EADDRNOTAVAIL:
      SetupError(
        "\(local.address) is not an address of this host",
        remedy: "give --listen an address that 'ip address' shows", status: .unavailable)
    case ENETUNREACH, EHOSTUNREACH:
      SetupError(
        "no route to the peer \(remote.address)",
        remedy: "bring up the network first, or add a route (ip route add …)", status: .unavailable)
    case EACCES where error.operation.hasPrefix("bind"):
      SetupError(
        "no permission for UDP port \(local.port)",
        remedy: "choose a port from 1024 with --listen, or give CAP_NET_BIND_SERVICE",
        status: .noPermission)
    case EACCES:
      SetupError(
        "\(remote.address) is a broadcast address, or the firewall forbids it",
        remedy: "give --peer the address of one host")
    case EINVAL where remote.address.family == AF_INET6 && remote.scope == 0:
      SetupError(
        "the kernel needs an interface for the peer \(remote.address)",
        remedy: "name it, as in [\(remote.address)%eth0]")
    case EAFNOSUPPORT:
      SetupError(
        "IPv6 is switched off on this host", remedy: "use an IPv4 address for --peer",
        status: .unavailable)
    case EMFILE, ENFILE:
      .fewDescriptors(for: "the lanes")
    default:
      SetupError(error)
    }
  }

  /// Starting the lanes failed, or a lane while it ran.
  static func lanes(_ error: SystemError, engine: Plan.EngineChoice) -> SetupError {
    switch error.code {
    case EBADFD:
      SetupError(
        "the interface was removed while in use", remedy: "start fastun again",
        status: .unavailable)
    case EPERM where engine == .uring, ENOSYS where engine == .uring, EACCES where engine == .uring:
      SetupError(
        "io_uring is not available (\(error))",
        remedy: "allow it (sysctl -w kernel.io_uring_disabled=0, and the container's seccomp "
          + "profile), or use --engine auto", status: .unavailable)
    case EINVAL where engine == .uring, EOPNOTSUPP where engine == .uring:
      SetupError(
        "this kernel's io_uring is too old (\(error))",
        remedy: "use --engine auto, or Linux 6.1 and later", status: .unavailable)
    case ENOMEM:
      SetupError(
        "not enough memory for the lanes (\(error))",
        remedy: "choose fewer with --queues, or raise the limits of memory and of locked memory "
          + "(ulimit -v, ulimit -l)", status: .systemError)
    case EMFILE, ENFILE:
      .fewDescriptors(for: "the lanes (\(error))")
    case EPERM, EACCES:
      SetupError(
        "the kernel forbids a lane a system call (\(error))",
        remedy: "allow it in the seccomp profile that fastun runs under, or try --engine poll",
        status: .noPermission)
    default:
      SetupError(error)
    }
  }

  private static func fewDescriptors(for what: String) -> SetupError {
    SetupError(
      "too few file descriptors for \(what)",
      remedy: "raise the limit (ulimit -n), or choose fewer with --queues", status: .systemError)
  }
}
