import Testbed

extension PeerProgram {
  /// tinc 1.0 as a router between two hosts, with its default cipher, and the larger buffers and the
  /// priority that its manual offers.
  static let tinc = PeerProgram(
    name: "tinc", program: "tincd", package: "tinc", variable: "TINCD", askVersion: ["--version"],
    versionPrefix: "tinc version ",
    settings: "UDP, AES-256-CBC, SHA-256 (its defaults), buffers of 1 MiB, priority high, MTU 1400",
    device: "tinc0", mtu: 1400,
    prepare: { pair, site in
      let folder = "\(pair[site].folder)/tinc"
      try Command.run(["mkdir", "-p", "\(folder)/hosts"])
      let connect = site == .a ? "ConnectTo = \(hostName(.b))\n" : ""
      try pair[site].write(
        """
        Name = \(hostName(site))
        Interface = tinc0
        AddressFamily = ipv4
        BindToAddress = \(SitePair.outerAddress(site))
        ProcessPriority = high
        UDPRcvBuf = 1048576
        UDPSndBuf = 1048576
        PingTimeout = 5
        \(connect)
        """, to: "tinc/tinc.conf")
      try pair[site].write(
        """
        Address = \(SitePair.outerAddress(site))
        Subnet = \(SitePair.innerAddress(site))/32

        """, to: "tinc/hosts/\(hostName(site))")
      // Adds the public key to the host's file.
      try Command.run(["tincd", "-c", folder, "-K2048"])
    },
    command: { path, pair, site in
      let (ours, theirs) = (pair[site].folder, pair[site.other].folder)
      let host = hostName(site.other)
      // A connection that is refused is tried again after 5 seconds only.
      if site == .a { try pair.b.waitForListener(port: 655) }
      try Command.run(["cp", "\(theirs)/tinc/hosts/\(host)", "\(ours)/tinc/hosts/\(host)"])
      return [
        path, "-c", "\(ours)/tinc", "-D", "-n", "bench", "--pidfile=\(ours)/tinc/pid",
        "--logfile=\(ours)/tinc/log",
      ]
    })
}
