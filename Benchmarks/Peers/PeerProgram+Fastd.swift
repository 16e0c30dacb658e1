import Testbed

extension PeerProgram {
  /// fastd with the method that its documentation calls its fastest secure one.
  static let fastd = PeerProgram(
    name: "fastd", program: "fastd", package: "fastd", variable: "FASTD", askVersion: ["--version"],
    versionPrefix: "fastd ",
    settings: "UDP, salsa2012+umac, mode tun, MTU 1448, which leaves no datagram in fragments",
    device: "fastd0", mtu: 1448,
    prepare: { pair, site in
      let text = try Command.run(["fastd", "--machine-readable", "--generate-key"])
      try pair[site].write(text, to: "fastd.secret")
    },
    command: { path, pair, site in
      func secret(_ site: SitePair.Site) -> String {
        let text = readProcFile("\(pair[site].folder)/fastd.secret") ?? ""
        return String(text.prefix { !$0.isNewline })
      }
      func configuration(peerKey: String) -> String {
        """
        log level warn;
        mode tun;
        interface "fastd0";
        mtu 1448;
        method "salsa2012+umac";
        bind \(SitePair.outerAddress(site)):5900;
        secret "\(secret(site))";
        peer "other" {
          key "\(peerKey)";
          remote \(SitePair.outerAddress(site.other)):5900;
        }
        """
      }
      // A handshake that finds nobody is repeated after 20 seconds only.
      if site == .a { try pair.b.waitForListener(.udp, port: 5900) }
      // The other's public key, which fastd derives from a configuration with its secret.
      let other = try pair[site].write("secret \"\(secret(site.other))\";\n", to: "fastd.other")
      let key = try Command.run([path, "-c", other, "--machine-readable", "--show-key"])
      let file = try pair[site].write(
        configuration(peerKey: String(key.prefix { !$0.isNewline })), to: "fastd.conf")
      return [path, "-c", file]
    })
}
