import Testbed
import Testing

/// Whole tunnels between real devices in network namespaces. One at a time: they share the CPUs,
/// and a tunnel that is starved for seconds is not what is tested here.
@Suite(
  .serialized, .enabled(if: Testbed.missing == nil, "\(Testbed.missing ?? "")"),
  .timeLimit(.minutes(5)))
enum Tunnels {}
