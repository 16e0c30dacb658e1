// A tunnel on one machine, with real traffic through it: `make demo`.
//
// Exit codes of sysexits: 64 for an argument, 77 where root or a tool is missing, 69 where the tunnel does not work.
import Glibc
import Testbed

/// Outside of top-level code, which belongs to the main actor.
func runDemo() -> Int32 {
  if let argument = CommandLine.arguments.dropFirst().first {
    let asksHelp = ["-h", "--help"].contains(argument)
    print(
      """
      \(asksHelp ? "" : "fastun demo: \(argument) is no option\n\n")USAGE: Demo

      Joins two namespaces with two fastuns, moves real traffic through and prints what it reached. As root;
      FASTUN of the environment names the fastun.
      """)
    return asksHelp ? EX_OK : EX_USAGE
  }
  if let missing = Testbed.missing {
    print("fastun demo: \(missing). It runs as root, on Linux")
    return EX_NOPERM
  }
  do {
    try Demo().run()
    return EX_OK
  } catch {
    print("fastun demo: \(error)")
    return EX_UNAVAILABLE
  }
}

exit(runDemo())
