/// What was measured on: figures mean nothing without it.
struct Environment: Codable, Equatable, Sendable {
  /// As ISO 8601 has it, in UTC.
  var date: String
  var kernel: String
  var cpu: String
  var cores: Int
  var memoryBytes: Int
  /// What the machine is virtual on; nil where nothing says that it is.
  var hypervisor: String?
  /// What the kernel does against flaws of the CPU, by flaw.
  var mitigations: [String: String]
  var congestionControl: String
  var qdisc: String
  /// Of fastun, of what it is compared with, and of the tools.
  var versions: [String: String]
  /// Offloads of the veth pair's ends by its mode, as ethtool says them.
  var offloads: [String: [String: String]]

  /// Among ``versions``: the library that seals, and the instructions that it uses.
  static let sealedBy = "sealed by"

  /// What makes a comparison unfair here, in sentences.
  var doubts: [String] = []

  /// One line for people.
  var machine: String {
    let virtual = hypervisor.map { ", virtual (\($0))" } ?? ""
    let memory = number(Double(memoryBytes) / 1_073_741_824)
    return "\(cores) × \(cpu)\(virtual), \(memory) GiB, Linux \(kernel)"
  }
}
