import Dataplane

/// One datagram of 1,400 bytes sealed and opened, our own code included.
func measureSealing() throws -> Sample {
  guard
    let trial = try? SealingTrial(.aes256GCM),
    let cost = trial.measure(bytes: 1400, trains: 2000)
  else {
    throw LeftOut("this build cannot seal")
  }
  var sample = Sample()
  sample.values[.seal] = cost.seal / 1e9
  sample.values[.open] = cost.open / 1e9
  sample.values[.sealAndOpen] = (cost.seal + cost.open) / 1e9
  return sample
}
