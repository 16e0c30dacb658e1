import Dataplane
import Glibc

/// The fuzzers of the datagram decoder, in the clear and sealed, and of the handshake: see run.sh.
@main
enum Fuzz {
  static func main() {
    guard let options = FuzzOptions(CommandLine.arguments.dropFirst()) else {
      print("usage: Fuzz [--inputs N] [--seconds N] [--seed N]")
      exit(64)
    }
    say("seed \(options.seed)")
    do {
      try fuzz(DatagramFuzzer<ClearFuzzedEnd>(seed: options.seed), "in the clear", options)
      try fuzz(DatagramFuzzer<SealedFuzzedEnd>(seed: options.seed), "sealed", options)
      try fuzzHandshake(options)
    } catch {
      print("FOUND with seed \(options.seed): \(error)")
      exit(1)
    }
  }

  /// Datagrams, and what is behind them; `kind` tells which in the report.
  private static func fuzz<Target>(
    _ fuzzer: DatagramFuzzer<Target>, _ kind: String, _ options: FuzzOptions
  ) throws(Problem) {
    let start = now()
    while fuzzer.inputs < options.inputs, now() - start < options.seconds {
      for _ in 0..<64 where fuzzer.inputs < options.inputs { try fuzzer.turn() }
    }
    for (counter, count) in fuzzer.counts where count > 0 {
      show(counter.rawValue, Int(clamping: count))
    }
    let seconds = now() - start
    say(
      "\(fuzzer.inputs) inputs \(kind) in \(Int(seconds.rounded())) s, "
        + "\(Int(Double(fuzzer.inputs) / max(seconds, 0.001))) a second, "
        + "\(fuzzer.writes) writes checked: nothing found")
  }

  /// Then the handshake, with as many inputs: few of them get as far as to cost much.
  private static func fuzzHandshake(_ options: FuzzOptions) throws(Problem) {
    let fuzzer = HandshakeFuzzer(seed: options.seed)
    let start = now()
    while fuzzer.inputs < options.inputs, now() - start < options.seconds {
      for _ in 0..<64 { try fuzzer.turn() }
    }
    for (drop, count) in fuzzer.drops.sorted(by: { $0.key < $1.key }) { show(drop, count) }
    let seconds = now() - start
    print(
      "\(fuzzer.inputs) inputs to the handshake in \(Int(seconds.rounded())) s, "
        + "\(Int(Double(fuzzer.inputs) / max(seconds, 0.001))) a second, "
        + "\(fuzzer.answers) datagrams and \(fuzzer.sessions) ends of sessions checked: "
        + "nothing found")
  }

  /// Prints a line at once, so that it is there when an input traps.
  private static func say(_ line: String) {
    print(line)
    fflush(nil)
  }

  private static func show(_ name: String, _ count: Int) {
    print(name + String(repeating: " ", count: max(1, 28 - name.utf8.count)) + "\(count)")
  }

  /// Seconds of the monotonic clock.
  private static func now() -> Double {
    var clock = timespec()
    clock_gettime(CLOCK_MONOTONIC, &clock)
    return Double(clock.tv_sec) + Double(clock.tv_nsec) / 1e9
  }
}
