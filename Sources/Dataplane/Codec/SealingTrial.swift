/// What sealing costs a datagram, apart from all else: measured by the benchmarks' case `seal`.
///
/// TO BE REPLACED: there is nothing to try before the sealers are here, so the case is left out.
package enum SealingTrial {
  /// Nanoseconds that one datagram with so many bytes of records takes to be sealed, and to be
  /// opened, our own code included. nil where nothing can be tried.
  package static func nanosecondsPerDatagram(bytes: Int) -> (seal: Double, open: Double)? { nil }
}
