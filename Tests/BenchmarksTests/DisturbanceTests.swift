import Foundation
import Testing

@testable import Benchmarks

@Suite struct DisturbanceTests {
  @Test("Programs that come and go while a measurement lasts are foreign load")
  func shortLived() throws {
    let shell = Process()
    let (input, output) = (Pipe(), Pipe())
    shell.executableURL = URL(fileURLWithPath: "/bin/sh")
    // Each of the programs has ended before the watch does; the shell that started them has not.
    shell.arguments = [
      "-c",
      """
      read go
      for i in 1 2 3 4 5 6 7 8; do sh -c 'j=0; while [ $j -lt 50000 ]; do j=$((j + 1)); done'; done
      echo done
      read end
      """,
    ]
    shell.standardInput = input
    shell.standardOutput = output
    try shell.run()
    let watch = Disturbance.Watch(own: [])
    input.fileHandleForWriting.write(Data("\n".utf8))
    _ = output.fileHandleForReading.availableData
    #expect(watch.end().foreignCores > 0.1)
    input.fileHandleForWriting.write(Data("\n".utf8))
    shell.waitUntilExit()
    #expect(shell.terminationStatus == 0)
  }
}
