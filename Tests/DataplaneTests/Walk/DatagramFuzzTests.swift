import Testing

@testable import Dataplane

/// A short run of the fuzzer; Tests/Fuzz/run.sh makes long ones, optimised.
@Suite("Fuzzing the decoder")
struct DatagramFuzzTests {
  @Test("Whatever arrives, writes are sound and buffers come back", arguments: [UInt64(1), 2])
  func short(_ seed: UInt64) throws {
    let fuzzer = try DatagramFuzzer(seed: seed)
    while fuzzer.inputs < 2_000 { try fuzzer.turn() }
    // A fuzzer that reaches nothing tests nothing.
    #expect(fuzzer.writes > 500)
    for (counter, count) in fuzzer.counts
    where [.dropRecordKind, .dropRecordLength, .dropSliceBounds, .dropInnerHeaders, .dropLZ4]
      .contains(counter)
    {
      #expect(count > 0, "\(counter.rawValue)")
    }
  }
}
