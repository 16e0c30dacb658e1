import Glibc

// `Benchmarks plain …` is the forwarder that this program compares with and starts inside
// namespaces; everything else is the comparison itself.
// Both live in functions because top-level code belongs to the main actor, whose checks have no
// place in a forwarding loop.
let arguments = Array(CommandLine.arguments.dropFirst())
if arguments.first == "plain" {
  runPlainForwarder(arguments: Array(arguments.dropFirst()))
} else {
  exit(runComparison(arguments: arguments))
}
