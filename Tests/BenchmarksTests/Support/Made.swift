@testable import Benchmarks

/// Results made up for tests.
enum Made {
  static let goodput = MetricRecord(name: "goodput", unit: "Gb/s", isBetterHigher: true)
  static let p50 = MetricRecord(name: "p50", unit: "p50 us", isBetterHigher: false)

  static func variant(
    _ name: String, _ kind: CarrierKind, _ values: [Double], metric: MetricRecord = goodput
  ) -> VariantRecord {
    VariantRecord(
      name: name, kind: kind,
      samples: zip(1..., values).map { SampleRecord(run: $0, values: [metric.name: $1]) })
  }

  static func aCase(
    _ variants: [VariantRecord], name: String = "tcp", suite: String = "path"
  ) -> CaseRecord {
    CaseRecord(suite: suite, name: name, title: "TCP <\(name)>", mode: "on", variants: variants)
  }

  static func results(_ cases: [CaseRecord], endedBy: String? = nil) -> Results {
    Results(
      environment: Environment(
        date: "2026-01-02T03:04:05Z", kernel: "6.12", cpu: "A & B", cores: 2,
        memoryBytes: 1 << 30, hypervisor: nil, mitigations: ["meltdown": "Not affected"],
        congestionControl: "cubic", qdisc: "fq", versions: ["fastun": "v1"],
        offloads: ["on": ["generic-receive-offload": "on"]]),
      settings: .init(runs: 3, seconds: 2, isQuick: false, repeats: 2), endedBy: endedBy,
      elapsedSeconds: 60, repeated: 1, keptDisturbed: 0, omissions: [],
      metrics: [goodput, p50], cases: cases)
  }

  /// fastun between a slower and a faster one.
  static let usual = results([
    aCase([
      variant("fastun", .fastun, [10, 11, 12]), variant("plain", .plain, [1, 1, 1]),
      variant("vxlan", .vxlan, [20, 22, 24]),
    ])
  ])
}
