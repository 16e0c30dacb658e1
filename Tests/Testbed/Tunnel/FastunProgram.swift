import Foundation

/// Where the `fastun` to be tested lies.
package enum FastunProgram {
  /// The environment variable FASTUN; else the release build where it is newer than every source;
  /// else the program beside the running one. Throws where there is none.
  package static func path() throws -> String {
    if let path = ProcessInfo.processInfo.environment["FASTUN"] { return path }
    let release = packageRoot + "/.build/release/fastun"
    if let built = modified(release), built >= newestSource { return release }
    let beside =
      URL(fileURLWithPath: "/proc/self/exe").resolvingSymlinksInPath()
      .deletingLastPathComponent().path + "/fastun"
    for path in [beside, packageRoot + "/.build/debug/fastun"] where modified(path) != nil {
      return path
    }
    throw TestbedError("no fastun has been built: swift build, or set FASTUN to its path")
  }

  /// The folder with Package.swift: this file is Tests/Testbed/Tunnel/FastunProgram.swift of it.
  package static let packageRoot: String = {
    var root = URL(fileURLWithPath: #filePath)
    for _ in 0..<4 { root.deleteLastPathComponent() }
    return root.path
  }()

  private static var newestSource: Date {
    let files = FileManager.default.enumerator(atPath: packageRoot + "/Sources")
    var newest = Date.distantPast
    while let file = files?.nextObject() as? String {
      newest = max(newest, modified(packageRoot + "/Sources/" + file) ?? newest)
    }
    return newest
  }

  private static func modified(_ path: String) -> Date? {
    let attributes = try? FileManager.default.attributesOfItem(
      atPath: URL(fileURLWithPath: path).resolvingSymlinksInPath().path)
    return attributes?[.modificationDate] as? Date
  }
}
