import Glibc

// `Benchmarks plain …` is the forwarder that this program compares with and starts inside
// namespaces, `Benchmarks relay …` is fastun's lane with an empty walk, `Benchmarks count-trial …`
// puts the counting of allocations to the test, `Benchmarks micro-trial …` is what valgrind counts
// the instructions of, and `Benchmarks bench-check` compares those with perf/thresholds.json,
// `Benchmarks load` is a tunnel with traffic for the scripts in perf/; everything else is the
// comparison itself.
// All live in functions because top-level code belongs to the main actor, whose checks have no
// place in a forwarding loop.
let arguments = Array(CommandLine.arguments.dropFirst())
if arguments.first == "plain" {
  runPlainForwarder(arguments: Array(arguments.dropFirst()))
} else if arguments.first == RelayRole.name {
  RelayRole.run(arguments: Array(arguments.dropFirst()))
} else if arguments.first == CountTrial.role {
  exit(CountTrial.run(arguments: Array(arguments.dropFirst())))
} else if arguments.first == MicroTrial.role {
  exit(MicroTrial.run(arguments: Array(arguments.dropFirst())))
} else if arguments.first == BenchCheck.role {
  exit(BenchCheck.run(arguments: Array(arguments.dropFirst())))
} else if arguments.first == LoadRole.name {
  exit(LoadRole.run(arguments: Array(arguments.dropFirst())))
} else {
  exit(runComparison(arguments: arguments))
}
