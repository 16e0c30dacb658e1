import Testbed

extension Options {
  static let defaultOutput = "\(FastunProgram.packageRoot)/.build/benchmarks"

  static let usage = """
    Measures fastun against a plain read/write loop, the kernel's VXLAN and other tunnels, side by
    side on this machine, and reports where it is ahead and where it is not.

    USAGE: Benchmarks [--quick | --all] [--suite NAME …] [--case NAME …] [--runs N] [--seconds S]
                      [--output DIR] [--compare OLD.json] [--wireguard-go PATH] [--plot FILE]
           Benchmarks --from NEW.json [--compare OLD.json] [--output DIR]
           Benchmarks --list | --readme FILE.json … | --check-readme

    With no options everything is measured, which takes up to 25 minutes and wants root; without
    root, the suite micro is.

      --quick         a choice of cases within 2 minutes: 2 runs of 1 second, nothing repeated
      --all           also what does not fit 25 minutes: every workload on every carrier; some 50 minutes
      --suite NAME …  only these suites: \(Suite.allCases.map(\.rawValue).joined(separator: ", "))
      --case NAME …   only these cases
      --list          suites and their cases
      --runs N        samples of each variant; the variants of a case take turns (default 5)
      --seconds S     seconds of each measurement, after a warm-up (default 1)
      --output DIR    where results.json and report.html go (default .build/benchmarks)
      --compare OLD.json
                      ends with a table of changes since these results; exit status 1 where
                      something of fastun got worse beyond noise. Noise is half of the older range and half
                      of the newer range, both in % of their median, together; but at least
                      \(short(Change.leastNoise)) %, and \
    \(short(Change.leastNoiseOfFew)) % where either has fewer than \
    \(Change.fewSamples) samples
      --from NEW.json reports these results instead of measuring
      --plot FILE     case rekey as an SVG picture, of the run with the deepest dip
      --wireguard-go PATH
                      the wireguard-go to compare with (default: \(WireGuardProgram.variable) of the
                      environment, else the one in PATH); without it, or without `wg`, what needs it
                      is left out. Debian 12's is of 2022: newer ones are several times as fast
      --readme FILE.json …
                      writes the figures of these results between the marks of README.md
      --check-readme  exit status 1 where README.md says other than the results that it names

    FASTUN of the environment names another fastun to measure. One that cannot seal yet is measured
    in the clear, and what seals is left out.

    Exit status 0: done, 1: a variant of fastun gave no figure, or --compare or --check-readme found
    something, 64: usage, 69: something is missing, 77: not root where a case wants it.

    Ctrl-C ends it early: what it set up is removed, what was measured is reported, and the exit
    status is 130.
    """
}
