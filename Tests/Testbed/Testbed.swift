import Glibc

/// What the test bed needs of the machine.
package enum Testbed {
  /// What is missing to make namespaces with traffic in them, or nil where all is there.
  package static let missing: String? = {
    guard geteuid() == 0 else { return "root is needed to make network namespaces" }
    for (tool, package) in [
      ("ip", "iproute2"), ("tc", "iproute2"), ("ethtool", "ethtool"), ("nft", "nftables"),
      ("ping", "iputils-ping"), ("sha256sum", "coreutils"),
    ] where !isInstalled(tool) {
      return "\(tool) is needed (Debian package \(package))"
    }
    guard access("/dev/net/tun", R_OK | W_OK) == 0 else {
      return "/dev/net/tun is needed (modprobe tun, or give the container the device)"
    }
    do {
      let trial = try Namespace()
      trial.remove()
    } catch {
      return "network namespaces cannot be made here: \(error)"
    }
    return nil
  }()

  /// Ends all that this process has set up, for one that is about to end: processes, namespaces with
  /// their devices, files. What needs them elsewhere in this process fails from then on. False where
  /// something may be left after `seconds`.
  package static func clear(seconds: Double = 20) -> Bool {
    Children.terminateAll()
    return Janitor.dismiss(seconds: seconds)
  }

  /// A folder of this process's own, gone when it ends: however it ends.
  package static func folder() throws -> String { try Janitor.hire { $0 } }

  /// Whether PATH leads to a program of that name.
  package static func isInstalled(_ tool: String) -> Bool {
    let path = getenv("PATH").map { String(cString: $0) } ?? "/usr/sbin:/usr/bin:/sbin:/bin"
    return path.split(separator: ":").contains { access("\($0)/\(tool)", X_OK) == 0 }
  }
}
