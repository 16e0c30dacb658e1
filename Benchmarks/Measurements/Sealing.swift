import Dataplane

/// One datagram of 1,400 bytes sealed and opened, our own code included: of the train in the middle of all, as what
/// others take of the CPU meanwhile falls on few of them.
func measureSealing() throws -> Sample {
  let watch = Disturbance.Watch(own: [])
  guard let trial = try? SealingTrial(.aes256GCM) else { throw LeftOut("this build cannot seal") }
  // Two milliseconds each.
  let parts = try CoreWatch.apart(times: 20) {
    guard let costs = trial.measure(bytes: 1400, trains: 100) else {
      throw LeftOut("this build cannot seal")
    }
    return costs
  }
  guard let seal = Summary(parts.values.flatMap(\.seal))?.median,
    let open = Summary(parts.values.flatMap(\.open))?.median
  else { throw LeftOut("this build cannot seal") }
  var sample = Sample(disturbance: watch.end(slowedShare: parts.slowedShare))
  sample.values[.seal] = seal / 1e9
  sample.values[.open] = open / 1e9
  sample.values[.sealAndOpen] = (seal + open) / 1e9
  return sample
}
