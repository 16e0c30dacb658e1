import Dataplane
import Synchronization
import Testbed

/// One operation by itself: its time, and its instructions where valgrind is there to count them.
func measureMicro(_ kind: TrialKind) throws -> Sample {
  let trial = try MicroTrial(kind)
  let watch = Disturbance.Watch(own: [])
  let cost = try trial.measure()
  var sample = Sample(disturbance: watch.end(slowedShare: cost.slowedShare))
  sample.values[.operation] = cost.median / 1e9
  sample.values[.bestOperation] = cost.best / 1e9
  sample.values[.instructions] = InstructionCounts.of(kind)
  return sample
}

/// Instructions of all trials, counted once: they are the same in every round.
private enum InstructionCounts {
  private static let known = Mutex<Callgrind.Counts?>(nil)

  static func of(_ kind: TrialKind) -> Double? {
    known.withLock { known in
      if let known { return known.instructions[kind] }
      guard Callgrind.isInstalled else { return nil }
      tell("counting instructions by callgrind")
      var counts = Callgrind.Counts()
      do { counts = try Callgrind.count() } catch { complain("instructions: \(error)") }
      known = counts
      return counts.instructions[kind]
    }
  }
}
