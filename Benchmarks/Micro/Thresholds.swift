import Foundation
import Testbed

/// Instructions per operation as they were last agreed on: `perf/thresholds.json`.
struct Thresholds: Codable {
  struct Trial: Codable {
    let name: String
    let instructions: Double
    /// The library that the figure holds for, where that is most of the operation.
    let library: String?
  }

  /// What the figures hold for.
  struct Machine: Codable, Equatable {
    let architecture: String
    let swift: String
    let libc: String
    let valgrind: String

    static func == (one: Machine, other: Machine) -> Bool { one.text == other.text }

    var text: String { "\(swift), \(architecture), \(libc), \(valgrind)" }
  }

  var machine: Machine
  var trials: [Trial]

  subscript(name: String) -> Trial? { trials.first { $0.name == name } }

  init(machine: Machine, trials: [Trial]) {
    self.machine = machine
    self.trials = trials
  }

  /// Throws where the file holds none.
  init(file: String) throws(TestbedError) {
    guard let data = FileManager.default.contents(atPath: file) else {
      throw TestbedError("\(file) cannot be read")
    }
    do {
      self = try JSONDecoder().decode(Thresholds.self, from: data)
    } catch {
      throw TestbedError(
        "\(file) holds no thresholds as 'Benchmarks bench-check --update' writes them")
    }
  }

  func write(to file: String) throws {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.prettyPrinted, .sortedKeys]
    let data = try encoder.encode(self) + Data("\n".utf8)
    try data.write(to: URL(fileURLWithPath: file), options: .atomic)
  }
}
