/// IPv4 or IPv6.
package enum Family: String, Sendable, CaseIterable {
  case ipv4
  case ipv6
}
