/// What the user's configuration says to a peer's identity.
package enum TrustVerdict: Sendable {
  case trusted
  case refused
}
