import Dataplane
import Glibc

/// The fuzzer of the datagram decoder: see run.sh.
@main
enum Fuzz {
  static func main() {
    guard let options = FuzzOptions(CommandLine.arguments.dropFirst()) else {
      print("usage: Fuzz [--inputs N] [--seconds N] [--seed N]")
      exit(64)
    }
    say("seed \(options.seed)")
    do {
      let fuzzer = try DatagramFuzzer(seed: options.seed)
      let start = now()
      while fuzzer.inputs < options.inputs, now() - start < options.seconds {
        for _ in 0..<64 where fuzzer.inputs < options.inputs { try fuzzer.turn() }
      }
      report(fuzzer, seconds: now() - start)
    } catch {
      print("FOUND with seed \(options.seed): \(error)")
      exit(1)
    }
  }

  /// Prints a line at once, so that it is there when an input traps.
  private static func say(_ line: String) {
    print(line)
    fflush(nil)
  }

  private static func report(_ fuzzer: DatagramFuzzer, seconds: Double) {
    for (counter, count) in fuzzer.counts where count > 0 {
      let name = counter.rawValue
      print(name + String(repeating: " ", count: max(1, 28 - name.utf8.count)) + "\(count)")
    }
    let rate = Int(Double(fuzzer.inputs) / max(seconds, 0.001))
    print(
      "\(fuzzer.inputs) inputs in \(Int(seconds.rounded())) s, \(rate) a second, "
        + "\(fuzzer.writes) writes checked: nothing found")
  }

  /// Seconds of the monotonic clock.
  private static func now() -> Double {
    var clock = timespec()
    clock_gettime(CLOCK_MONOTONIC, &clock)
    return Double(clock.tv_sec) + Double(clock.tv_nsec) / 1e9
  }
}
