import Dataplane

/// One datagram of 1,400 bytes sealed and opened, our own code included: of the train in the middle of all, as what
/// others take of the CPU meanwhile, or the host of a virtual machine, falls on few of them.
func measureSealing() throws -> Sample {
  let watch = Disturbance.Watch(own: [])
  guard
    let trial = try? SealingTrial(.aes256GCM),
    let costs = trial.measure(bytes: 1400, trains: 10_000),
    let seal = Summary(costs.seal)?.median, let open = Summary(costs.open)?.median
  else {
    throw LeftOut("this build cannot seal")
  }
  var sample = Sample(disturbance: watch.end())
  sample.values[.seal] = seal / 1e9
  sample.values[.open] = open / 1e9
  sample.values[.sealAndOpen] = (seal + open) / 1e9
  return sample
}
