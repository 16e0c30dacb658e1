import Glibc

/// Standard input, output and error, which a process may be started without.
package enum StandardStreams {
  /// Puts /dev/null where one of them is closed. Else the next file that is opened would take its place: a
  /// log line would go to the list of known peers, or in a datagram to the peer.
  package static func fill() {
    while case let descriptor = open("/dev/null", O_RDWR), descriptor >= 0 {
      guard descriptor > STDERR_FILENO else { continue }
      close(descriptor)
      return
    }
  }
}
