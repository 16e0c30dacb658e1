// A tunnel in trouble for as long as one likes: `make soak`.
//
// Exit codes of sysexits: 64 for a flag, 77 where root or a tool is missing, 70 where the tunnel did not get over
// something.
import Glibc
import Testbed

/// Outside of top-level code, which belongs to the main actor.
func runSoak() -> Int32 {
  let options: SoakOptions
  do {
    guard let given = try SoakOptions(Array(CommandLine.arguments.dropFirst())) else {
      print(SoakOptions.usage)
      return EX_OK
    }
    options = given
  } catch {
    print("fastun soak: \(error)\n\n\(SoakOptions.usage)")
    return EX_USAGE
  }
  if let missing = Testbed.missing {
    print("fastun soak: \(missing). It runs as root, on Linux")
    return EX_NOPERM
  }
  do {
    var soak = try Soak(options)
    try soak.run()
    return EX_OK
  } catch {
    print("fastun soak: \(error)\nagain, the same: --seed \(options.seed)")
    return EX_SOFTWARE
  }
}

exit(runSoak())
