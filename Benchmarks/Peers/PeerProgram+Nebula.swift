import Testbed

extension PeerProgram {
  /// Nebula between two hosts that know each other's address; AES, and the larger buffers that its
  /// example configuration names for fast links.
  static let nebula = PeerProgram(
    name: "nebula", program: "nebula", package: "nebula", helpers: ["nebula-cert"],
    variable: "NEBULA", askVersion: ["-version"], versionPrefix: "Version: ",
    settings: "UDP, AES-256-GCM, buffers of 10 MiB, MTU 1440, one routine",
    device: "nebula0", mtu: 1440,
    prepare: { pair, site in
      // One authority for both, made at the first.
      let (authority, folder) = (pair.a.folder, pair[site].folder)
      if site == .a {
        try Command.run([
          "nebula-cert", "ca", "-name", "bench", "-duration", "48h",
          "-out-crt", "\(authority)/ca.crt", "-out-key", "\(authority)/ca.key",
        ])
      }
      try Command.run([
        "nebula-cert", "sign", "-ca-crt", "\(authority)/ca.crt", "-ca-key", "\(authority)/ca.key",
        "-name", hostName(site), "-ip", "\(SitePair.innerAddress(site))/24",
        "-out-crt", "\(folder)/nebula.crt", "-out-key", "\(folder)/nebula.key",
      ])
      try pair[site].write(
        nebulaConfiguration(site, authority: authority, folder: folder), to: "nebula.yml")
    },
    command: { path, pair, site in [path, "-config", "\(pair[site].folder)/nebula.yml"] })

  private static func nebulaConfiguration(
    _ site: SitePair.Site, authority: String, folder: String
  ) -> String {
    let other = site.other
    return """
      pki:
        ca: \(authority)/ca.crt
        cert: \(folder)/nebula.crt
        key: \(folder)/nebula.key
      static_host_map:
        "\(SitePair.innerAddress(other))": ["\(SitePair.outerAddress(other)):4242"]
      lighthouse:
        am_lighthouse: \(site == .b)
        hosts: [\(site == .a ? "\"\(SitePair.innerAddress(.b))\"" : "")]
      listen:
        host: \(SitePair.outerAddress(site))
        port: 4242
        batch: 64
        read_buffer: 10485760
        write_buffer: 10485760
      cipher: aes
      tun:
        dev: nebula0
        mtu: 1440
        tx_queue: 500
      logging:
        level: error
        format: text
      firewall:
        outbound:
          - port: any
            proto: any
            host: any
        inbound:
          - port: any
            proto: any
            host: any
      """
  }
}
