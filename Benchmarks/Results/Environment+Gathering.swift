import Dataplane
import Foundation
import Glibc
import Testbed

extension Environment {
  /// This machine's. Looks at veth pairs in each mode that the cases use.
  static func gathered(for cases: [Case], wireGuard: WireGuardProgram?) -> Environment {
    let cpuinfo = fields(of: "/proc/cpuinfo")
    let memory = fields(of: "/proc/meminfo")["MemTotal"]?.split(separator: " ").first
    var environment = Environment(
      date: Date().ISO8601Format(), kernel: kernelRelease(),
      cpu: cpuinfo["model name"] ?? cpuinfo["CPU part"] ?? "unknown CPU",
      cores: sysconf(Int32(_SC_NPROCESSORS_ONLN)),
      memoryBytes: memory.flatMap { Int($0) }.map { $0 * 1024 } ?? 0,
      hypervisor: hypervisor(), mitigations: mitigations(),
      congestionControl: line("/proc/sys/net/ipv4/tcp_congestion_control") ?? "unknown",
      qdisc: line("/proc/sys/net/core/default_qdisc") ?? "unknown",
      versions: versions(), offloads: [:])
    if let wireGuard {
      environment.versions[WireGuardProgram.name] = wireGuard.version
      if wireGuard.isOutdated {
        environment.doubts.append(
          """
          wireguard-go \(wireGuard.version) is from before it used segmentation offload, and no \
          fair opponent: `make bench-peers` installs a newer one, --wireguard-go names another.
          """)
      }
    }
    environment.doubtSealing()
    for mode in Set(cases.filter(\.needsTunnel).map(\.mode)) {
      environment.offloads[mode.rawValue] = try? offloads(in: mode)
    }
    return environment
  }

  /// Says so where sealing is slower than on most servers' CPUs.
  private mutating func doubtSealing() {
    #if arch(x86_64)
      guard let library = versions[Self.sealedBy], !library.contains("VAES") else { return }
      doubts.append(
        """
        Sealed by \(library): with VAES, which takes a CPU that has it and libipsec-mb 2, a datagram takes \
        half of that time or less, and what is sealed comes closer to what is in the clear.
        """)
    #endif
  }

  private static func versions() -> [String: String] {
    let commands = [
      "fastun": [
        "git", "-C", FastunProgram.packageRoot, "describe", "--always", "--dirty", "--tags",
      ],
      "swift": ["swift", "--version"], "iperf3": ["iperf3", "--version"],
    ]
    var versions = commands.compactMapValues { command in
      (try? Command.run(command))?.split(separator: "\n").first.map(String.init)
    }
    // What this build has, which is not always what is installed.
    versions[Self.sealedBy] = SealingBackend.description(for: .aes256GCM)
    return versions
  }

  private static func mitigations() -> [String: String] {
    let folder = "/sys/devices/system/cpu/vulnerabilities"
    let names = (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
    return Dictionary(
      uniqueKeysWithValues: names.compactMap { name in
        line("\(folder)/\(name)").map { (name, $0) }
      })
  }

  private static func hypervisor() -> String? {
    let text = try? Command.run(["lscpu"], environment: ["LC_ALL": "C"])
    let fields = Self.fields(in: text ?? "")
    return fields["Hypervisor vendor"] ?? line("/sys/hypervisor/type")
  }

  /// What ethtool says of one end.
  private static func offloads(in mode: VethMode) throws -> [String: String] {
    let pair = try SitePair(mode: mode)
    defer { pair.remove() }
    let features = fields(in: try pair.a.run("ethtool -k \(SitePair.outerDevice)"))
    let shown = [
      "tcp-segmentation-offload", "generic-segmentation-offload", "tx-udp-segmentation",
      "generic-receive-offload", "rx-checksumming", "tx-checksumming",
    ]
    return features.filter { shown.contains($0.key) }
  }

  /// The first value of each "name: value" of a file, or of a text.
  private static func fields(of file: String) -> [String: String] {
    fields(in: readProcFile(file) ?? "")
  }

  static func fields(in text: String) -> [String: String] {
    var fields: [String: String] = [:]
    for line in text.split(separator: "\n") {
      let halves = line.split(separator: ":", maxSplits: 1)
      guard halves.count == 2 else { continue }
      let (name, value) = (trimmed(halves[0]), trimmed(halves[1]))
      if fields[name] == nil, !value.isEmpty { fields[name] = value }
    }
    return fields
  }

  private static func line(_ file: String) -> String? {
    readProcFile(file).map { trimmed($0[...]) }.flatMap { $0.isEmpty ? nil : $0 }
  }

  private static func trimmed(_ text: Substring) -> String {
    text.trimmingCharacters(in: .whitespacesAndNewlines)
  }
}

/// The kernel's release, as uname says it.
func kernelRelease() -> String {
  var name = utsname()
  uname(&name)
  return withUnsafeBytes(of: name.release) {
    String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self)
  }
}
