import Testbed

extension PeerProgram {
  /// OpenVPN in user space: AES-256-GCM over UDP, certificates told by their fingerprints. Its manual
  /// names fast-io and larger buffers for speed.
  static let openvpn = PeerProgram(
    name: "openvpn", program: "openvpn", package: "openvpn, openssl", helpers: ["openssl"],
    variable: "OPENVPN", askVersion: ["--version"], versionPrefix: "OpenVPN ",
    settings: "UDP, AES-256-GCM, fast-io, buffers of 1 MiB, no compression, MTU 1428, no DCO",
    device: "ovpn0", mtu: 1428,
    prepare: { pair, site in
      let folder = pair[site].folder
      try Command.run([
        "openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1",
        "-nodes", "-days", "2", "-subj", "/CN=\(hostName(site))", "-keyout", "\(folder)/ovpn.key",
        "-out", "\(folder)/ovpn.crt",
      ])
    },
    command: { path, pair, site in
      let (folder, other) = (pair[site].folder, site.other)
      let said = try Command.run([
        "openssl", "x509", "-in", "\(pair[other].folder)/ovpn.crt", "-noout", "-fingerprint",
        "-sha256",
      ])
      // "sha256 Fingerprint=AB:CD:…"
      let fingerprint = said.split(separator: "=").last?.prefix { !$0.isWhitespace } ?? ""
      let role = site == .a ? ["--tls-client"] : ["--tls-server", "--dh", "none"]
      return [
        path, "--dev", "ovpn0", "--dev-type", "tun", "--proto", "udp4", "--port", "5900",
        "--local", SitePair.outerAddress(site), "--remote", SitePair.outerAddress(other),
        "--ifconfig", SitePair.innerAddress(site), SitePair.innerAddress(other),
        "--cert", "\(folder)/ovpn.crt", "--key", "\(folder)/ovpn.key",
        "--peer-fingerprint", String(fingerprint), "--data-ciphers", "AES-256-GCM",
        "--allow-compression", "no", "--fast-io", "--sndbuf", "1048576", "--rcvbuf", "1048576",
        "--tun-mtu", "1428", "--mssfix", "0", "--disable-dco", "--verb", "1",
      ] + role
    })
}
