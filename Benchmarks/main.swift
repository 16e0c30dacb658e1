import Glibc

// `Benchmarks plain …` is the forwarder that this program compares with and starts inside
// namespaces, `Benchmarks count-trial …` puts the counting of allocations to the test; everything
// else is the comparison itself.
// Both live in functions because top-level code belongs to the main actor, whose checks have no
// place in a forwarding loop.
let arguments = Array(CommandLine.arguments.dropFirst())
if arguments.first == "plain" {
  runPlainForwarder(arguments: Array(arguments.dropFirst()))
} else if arguments.first == CountTrial.role {
  exit(CountTrial.run(arguments: Array(arguments.dropFirst())))
} else {
  exit(runComparison(arguments: arguments))
}
