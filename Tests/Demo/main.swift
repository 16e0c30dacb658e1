// A tunnel on one machine, with real traffic through it: `make demo`.
//
// Exit codes of sysexits: 77 where root or a tool is missing, 69 where the tunnel does not work.
import Glibc
import Testbed

/// Outside of top-level code, which belongs to the main actor.
func runDemo() -> Int32 {
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
