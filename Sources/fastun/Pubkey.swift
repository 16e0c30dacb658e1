import ArgumentParser
import Control
import Handshake

/// `fastun pubkey`: prints who this host is.
struct Pubkey: ParsableCommand {
  static let name = "pubkey"
  static let configuration = CommandConfiguration(
    commandName: name,
    abstract: "Print this host's public key, for --peer-key on the other side.")

  @Option(help: ArgumentHelp("The file with the identity.", valueName: "FILE"))
  var identity = IdentityFile.defaultPath

  @Flag(help: "Print the key's fingerprint instead, for comparing by eye or by telephone.")
  var fingerprint = false

  func run() throws {
    try Configuration.checkPath(identity, option: "--identity")
    let key = try IdentityFile(identity).load().publicKey
    try LineOutput.standardOutput.print(fingerprint ? "\(Fingerprint(key))" : key.description)
  }
}
