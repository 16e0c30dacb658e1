import Glibc
import Testbed

/// The wireguard-go that fastun is measured against.
struct WireGuardProgram: Sendable, CustomStringConvertible {
  static let name = "wireguard-go"
  /// How it is set up, for people.
  static let settings = "MTU 1420, as wg-quick has it"
  /// Names its path, unless an option does.
  static let variable = "WIREGUARD_GO"
  /// How to get what is missing.
  static let remedy = """
    wireguard-go and wg are needed: `make bench-peers` installs them on Debian, the first from \
    unstable, as that of Debian 12 is several times slower; --wireguard-go or \(variable) names \
    another
    """

  let path: String
  /// As it says itself: "v0.0.20250522".
  let version: String

  /// Whether it is from before it used segmentation offload for UDP, and no measure for what does.
  var isOutdated: Bool {
    let date = version.split(separator: ".").last.flatMap { Int($0.prefix(8)) }
    return date.map { $0 < 2023_12_11 } ?? false
  }

  /// Its version and path, for people.
  var description: String {
    let doubt = isOutdated ? ", from before segmentation offload: no fair opponent" : ""
    return "wireguard-go \(version) (\(path)\(doubt))"
  }

  /// The one at `path`, else at the path that the environment names, else in PATH; nil where there
  /// is none, or no `wg` to configure it. Throws where one is named that does not run.
  init?(named path: String?) throws {
    guard Testbed.isInstalled("wg") else { return nil }
    if let named = path ?? getenv(Self.variable).map({ String(cString: $0) }) {
      self.path = named
    } else if Testbed.isInstalled(Self.name) {
      self.path = Self.name
    } else {
      return nil
    }
    // Its first line is "wireguard-go v0.0.20250522".
    let said = try Command.run([self.path, "--version"]).split(separator: "\n").first ?? ""
    guard said.hasPrefix("\(Self.name) "), let version = said.split(separator: " ").last else {
      throw TestbedError("\(self.path) is no wireguard-go: it says \(said)")
    }
    self.version = String(version)
  }
}
