/// A host's identity, made before its tunnel starts, as an operator who exchanges keys makes it.
package struct KeyFile: Sendable {
  package let path: String
  package let publicKey: String
  package let fingerprint: String

  /// Makes one at a path where there is none.
  package init(at path: String) throws {
    let program = try FastunProgram.path()
    try Command.run([program, "keygen", "--identity", path])
    func ask(_ more: [String]) throws -> String {
      let said = try Command.run([program, "pubkey", "--identity", path] + more)
      return said.split(separator: "\n").first.map(String.init) ?? ""
    }
    self.path = path
    publicKey = try ask([])
    fingerprint = try ask(["--fingerprint"])
  }

  /// The one that a tunnel of this host takes unless told otherwise.
  package init(of host: Namespace) throws { try self.init(at: "\(host.folder)/identity") }
}
