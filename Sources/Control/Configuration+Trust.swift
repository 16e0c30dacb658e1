package import Handshake

extension Configuration {
  /// Seconds that keys serve at most.
  package static let longestRekey = 120
  /// Seconds between keep-alives. NATs forget an idle UDP flow after 30 s or more.
  static let keepalives = 1...3_600

  /// Makes sure that the peer can be told from others, and that no promise is made that is not kept.
  static func checkTrust(
    peer: Endpoint?, peerKey: PublicKey?, pskFile: String?, cipher: CipherChoice,
    isPlaintext: Bool
  ) throws(SetupError) {
    if isPlaintext {
      // Not --rekey, --keepalive and --identity, which promise nothing: leaving them in place lets one
      // compare both ways by adding a flag.
      for (option, isGiven) in [
        ("--peer-key", peerKey != nil), ("--psk-file", pskFile != nil),
        ("--cipher", cipher != .auto),
      ] where isGiven {
        throw SetupError(
          "\(option) has no effect with --plaintext, which checks and seals nothing",
          remedy: "leave one of them out")
      }
      guard peer != nil else {
        throw SetupError(
          "--plaintext without --peer would take anybody's datagrams",
          remedy: "name the other side with --peer HOST")
      }
    }
    guard peer != nil || peerKey != nil else {
      throw SetupError(
        "neither --peer nor --peer-key is given",
        remedy: "name the other side with --peer HOST; or, to await it wherever it is, give its "
          + "key with --peer-key (what 'fastun pubkey' prints there)")
    }
  }

  package static func checkPath(_ path: String, option: String) throws(SetupError) {
    guard !path.isEmpty, !path.hasSuffix("/"), !path.utf8.contains(0) else {
      throw SetupError("\(option) '\(path)' is no file's path", remedy: "give the path of a file")
    }
  }

  static func check(
    _ seconds: Int, in range: ClosedRange<Int>, option: String
  ) throws(SetupError) {
    guard range.contains(seconds) else {
      throw SetupError(
        "\(option) \(seconds) is out of range",
        remedy: "choose \(range.lowerBound) to \(range.upperBound) seconds")
    }
  }
}

extension PublicKey {
  /// Reads the value of `--peer-key`.
  package init(peerKey text: String) throws(SetupError) {
    guard let key = try? PublicKey(parsing: text) else {
      throw SetupError(
        "--peer-key '\(text)' is no public key",
        remedy: "give the 44 characters that 'fastun pubkey' prints on the other side")
    }
    self = key
  }
}
