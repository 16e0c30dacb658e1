import ArgumentParser
import Control
import Handshake

/// `fastun keygen`: makes this host's identity.
struct Keygen: ParsableCommand {
  static let name = "keygen"
  static let configuration = CommandConfiguration(
    commandName: name,
    abstract: "Make this host's identity, and print its public key and fingerprint.",
    discussion: """
      'fastun run' makes one by itself where there is none. An identity that exists is never overwritten.
      """)

  @Option(help: ArgumentHelp("The file to make, readable by its owner only.", valueName: "FILE"))
  var identity = IdentityFile.defaultPath

  func run() throws {
    try Configuration.checkPath(identity, option: "--identity")
    let key = try IdentityFile(identity).create().publicKey
    try LineOutput.standardOutput.print("public key:  \(key)")
    try LineOutput.standardOutput.print("fingerprint: \(Fingerprint(key))")
  }
}
