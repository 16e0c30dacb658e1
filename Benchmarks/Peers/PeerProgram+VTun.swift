import Testbed

extension PeerProgram {
  /// VTun as its examples have a fast link: UDP, neither compressed nor encrypted.
  static let vtun = PeerProgram(
    name: "vtun", program: "vtund", package: "vtun", variable: "VTUND", askVersion: ["-h"],
    versionPrefix: "VTun ver ",
    settings: "UDP, no encryption, no compression, MTU 1450 as in its examples",
    device: "vtun0", mtu: 1450,
    prepare: { pair, site in
      // VTun ends where it cannot write a packet to its device because that is not up yet; without
      // IPv6, the other side's kernel has nothing to send by itself.
      try pair[site].sysctl("net/ipv6/conf/default/disable_ipv6", "1")
      try pair[site].write(
        """
        options { port 5900; syslog daemon; }
        default { compress no; encrypt no; speed 0; }
        bench {
          passwd bench; type tun; proto udp; keepalive yes; persist no; device vtun0;
          srcaddr { addr \(SitePair.outerAddress(site)); };
        }
        """, to: "vtund.conf")
    },
    command: { path, pair, site in
      let file = "\(pair[site].folder)/vtund.conf"
      if site == .a { try pair.b.waitForListener(port: 5900) }
      let role = site == .b ? ["-s"] : ["bench", SitePair.outerAddress(.b)]
      // Its lock and its pid file have fixed places, so each process gets a /var/lock and a /var/run of
      // its own, in the mount namespace that `ip netns exec` made for it: gone when it ends.
      let script = #"""
        mount -t tmpfs none /run && mkdir -p /run/lock/vtund /var/lock/vtund && exec "$@" >&2
        """#
      return ["sh", "-c", script, "sh", path, "-n", "-f", file] + role
    })
}
