/// The kernel's own tunnel between the two sites: what a tunnel in the kernel carries on this
/// machine.
package enum VXLAN {
  package static let device = "vxlan0"

  /// Makes a VXLAN device with MTU 1450 and the inner addresses at both sites.
  package static func start(on pair: SitePair) throws {
    for site in SitePair.Site.allCases {
      let namespace = pair[site]
      try namespace.ip(
        """
        link add \(device) type vxlan id 7 local \(SitePair.outerAddress(site)) \
        remote \(SitePair.outerAddress(site.other)) dstport 4789 dev \(SitePair.outerDevice)
        """)
      try namespace.ip("address add \(SitePair.innerAddress(site))/24 dev \(device)")
      try namespace.ip("address add \(SitePair.innerAddress(site, .ipv6))/64 dev \(device) nodad")
      try namespace.ip("link set \(device) mtu 1450 up")
    }
  }
}
