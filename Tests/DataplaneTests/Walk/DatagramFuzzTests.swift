import Testing

@testable import Dataplane

/// A short run of the fuzzer; Tests/Fuzz/run.sh makes long ones, optimised.
@Suite("Fuzzing the decoder")
struct DatagramFuzzTests {
  @Test("Whatever arrives, writes are sound and buffers come back", arguments: [UInt64(1), 2])
  func clear(_ seed: UInt64) throws {
    try run(DatagramFuzzer<ClearFuzzedEnd>(seed: seed), reaches: [.dropStaleSession, .dropSealed])
  }

  @Test("So they do behind a cipher that takes any tag", arguments: [UInt64(1), 2])
  func sealed(_ seed: UInt64) throws {
    try run(
      DatagramFuzzer<SealedFuzzedEnd>(seed: seed), reaches: [.dropUnknownSession, .dropPlaintext])
  }

  /// A fuzzer that reaches nothing tests nothing.
  private func run<Target>(_ fuzzer: DatagramFuzzer<Target>, reaches counters: [Counter]) throws {
    while fuzzer.inputs < 3_000 { try fuzzer.turn() }
    #expect(fuzzer.writes > 500)
    let reached: [Counter] =
      counters + [
        .dropTruncated, .dropVersion, .dropType, .dropLane, .dropReplayed, .dropRecordKind,
        .dropRecordLength, .dropSliceBounds, .dropInnerHeaders, .dropLZ4,
      ]
    for (counter, count) in fuzzer.counts where reached.contains(counter) {
      #expect(count > 0, "\(counter.rawValue)")
    }
  }
}
