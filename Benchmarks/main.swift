import Glibc

// `Benchmarks demo` shows the tunnel at work; `Benchmarks plain …` is the forwarder that this
// program compares with and starts inside namespaces; everything else is the comparison itself.
// Both live in functions because top-level code belongs to the main actor, whose checks have no
// place in a forwarding loop.
let arguments = Array(CommandLine.arguments.dropFirst())
switch arguments.first {
case "plain":
  runPlainForwarder(arguments: Array(arguments.dropFirst()))
case "demo":
  exit(runDemo())
default:
  exit(runComparison(arguments: arguments))
}
