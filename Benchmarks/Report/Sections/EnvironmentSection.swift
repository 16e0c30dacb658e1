/// What was measured on, and how undisturbed.
struct EnvironmentSection {
  let results: Results

  init(_ results: Results) { self.results = results }

  var html: String {
    let environment = results.environment
    var table = HTMLTable(["machine and settings", ""], words: 2)
    let facts: [(String, String?)] = [
      ("date", environment.date), ("CPU", "\(environment.cores) × \(environment.cpu)"),
      ("hypervisor", environment.hypervisor ?? "none known"),
      ("memory", "\(number(Double(environment.memoryBytes) / 1_073_741_824)) GiB"),
      ("kernel", environment.kernel), ("congestion control", environment.congestionControl),
      ("default qdisc", environment.qdisc),
      ("runs", "\(results.settings.runs) of \(short(results.settings.seconds)) s each"),
      ("took", duration(results.elapsedSeconds)),
    ]
    for (name, value) in facts { table.add([name, value ?? "–"]) }
    for (name, version) in environment.versions.sorted(by: { $0.key < $1.key }) {
      table.add([name, version])
    }
    return [
      HTML.paragraph(results.disturbances), table.html,
      opponents,
      HTML.details("Offloads of the veth pair", offloads),
      HTML.details("Mitigations of CPU flaws", mitigations),
    ].joined(separator: "\n")
  }

  private var opponents: String {
    var table = HTMLTable(["compared with", "version", "set up with"], words: 3)
    for (name, version, settings) in results.opponents {
      table.add([name, version, settings ?? "–"])
    }
    return table.html
  }

  private var offloads: String {
    let modes = results.environment.offloads.keys.sorted()
    var table = HTMLTable(["offload"] + modes.map { "mode \($0)" }, words: modes.count + 1)
    for name in Set(results.environment.offloads.values.flatMap(\.keys)).sorted() {
      table.add([name] + modes.map { results.environment.offloads[$0]?[name] ?? "–" })
    }
    return table.html
  }

  private var mitigations: String {
    var table = HTMLTable(["flaw", "what the kernel says"], words: 2)
    for (name, state) in results.environment.mitigations.sorted(by: { $0.key < $1.key }) {
      table.add([name, state])
    }
    return table.html
  }
}
