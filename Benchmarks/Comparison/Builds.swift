import Glibc
import Testbed

/// Figures of a build without optimisation mean nothing: hands over to the one with it.
func runOptimised(_ arguments: [String]) -> Int32 {
  let command = ["swift", "run", "-c", "release", "Benchmarks"] + arguments
  complain("built without optimisation; running \(command.joined(separator: " "))")
  guard chdir(FastunProgram.packageRoot) == 0 else { return EX_UNAVAILABLE }
  var vector: [UnsafeMutablePointer<CChar>?] = command.map { strdup($0) }
  vector.append(nil)
  execvp("swift", vector)
  complain("swift cannot be started: \(String(cString: strerror(errno)))")
  return EX_UNAVAILABLE
}

/// `swift run Benchmarks` builds Benchmarks alone, so the program that it measures is built here.
/// Left out where FASTUN names one.
func buildFastun() throws {
  guard getenv("FASTUN") == nil else { return }
  try build("fastun")
}

/// The library that counts what a program allocates.
func buildCounter() throws { try build("CountAllocations") }

private func build(_ product: String) throws {
  tell("building \(product)")
  try Command.run(
    [
      "swift", "build", "-c", "release", "--product", product, "--package-path",
      FastunProgram.packageRoot,
    ], seconds: 1800)
}
