/// Who of the two began a handshake.
package enum Role: Sendable {
  case initiator
  case responder
}
