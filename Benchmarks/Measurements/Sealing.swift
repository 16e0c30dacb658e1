import Dataplane

/// One datagram of 1,400 bytes sealed and opened, our own code included.
func measureSealing() throws -> Sample {
  guard let trial = SealingTrial.nanosecondsPerDatagram(bytes: 1400) else {
    throw LeftOut("this build cannot seal")
  }
  var sample = Sample()
  sample.values[.seal] = trial.seal / 1e9
  sample.values[.open] = trial.open / 1e9
  sample.values[.sealAndOpen] = (trial.seal + trial.open) / 1e9
  return sample
}
