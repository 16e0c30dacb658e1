import Testbed

extension Results {
  /// What a run has so far.
  init(
    of state: Record.State, environment: Environment, options: Options, selection: Selection,
    elapsedSeconds: Double, endedBy: String?
  ) {
    let cases = state.results.map(CaseRecord.init)
    let names = Set(cases.flatMap(\.variants).flatMap(\.samples).flatMap(\.values.keys))
    self.init(
      environment: environment,
      settings: Settings(
        runs: options.runs, seconds: options.seconds, isQuick: options.isQuick,
        repeats: options.repeats),
      endedBy: endedBy, elapsedSeconds: elapsedSeconds.rounded(), repeated: state.repeated,
      keptDisturbed: state.keptDisturbed, omissions: selection.omissions,
      metrics: Sample.Metric.allCases.map(MetricRecord.init).filter { names.contains($0.name) },
      cases: cases)
  }
}

extension MetricRecord {
  init(_ metric: Sample.Metric) {
    self.init(name: "\(metric)", unit: metric.rawValue, isBetterHigher: metric.isBetterHigher)
  }
}

extension CaseRecord {
  init(_ result: CaseResult) {
    let one = result.of
    self.init(
      suite: one.suite.rawValue, name: one.name, title: one.title, isLadder: one.isLadder,
      mode: one.mode.rawValue, shaped: one.shaped,
      variants: one.variants.map { variant in
        VariantRecord(
          name: variant.name, kind: variant.carrier.kind,
          version: result.rounds.lazy.compactMap { $0[variant.name]?.version }.first,
          settings: variant.carrier.settings,
          leftOut: result.leftOut[variant.name],
          remark: result.rounds.lazy.compactMap { $0[variant.name]?.remark }.first,
          samples: zip(1..., result.rounds).compactMap { run, samples in
            samples[variant.name].map { SampleRecord($0, run: run) }
          })
      },
      rows: one.rows.map { RowRecord($0, of: result) }, failures: result.failures)
  }
}

extension SampleRecord {
  init(_ sample: Sample, run: Int) {
    let values = sample.values.map { metric, value in ("\(metric)", value / metric.scale) }
    self.init(
      run: run,
      // JSON has no infinity: what was divided by nothing is no figure.
      values: Dictionary(uniqueKeysWithValues: values.filter { $0.1.isFinite }),
      engine: sample.engine, losses: sample.losses, series: sample.series,
      stolenCores: sample.disturbance.stolenCores, foreignCores: sample.disturbance.foreignCores,
      slowedShare: sample.disturbance.slowedShare, farShare: sample.disturbance.farShare,
      isDisturbed: sample.disturbance.isTooMuch)
  }
}

extension RowRecord {
  init(_ row: Row, of result: CaseResult) {
    let values = result.values(row).filter(\.isFinite)
    let summary = Summary(values)
    self.init(
      title: row.title, unit: row.unit, values: values, median: summary?.median,
      lowest: summary?.lowest, highest: summary?.highest, target: row.target.text,
      isMet: summary.flatMap { row.target.isMet(by: $0.median) },
      leftOut: values.isEmpty ? result.leftOut(row) : nil)
  }
}
