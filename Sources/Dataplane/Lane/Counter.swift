/// What a lane counts. Every packet or datagram that does not reach its destination is on exactly one
/// `drop…` counter; the raw value is the name in statistics and JSON.
package enum Counter: String, CaseIterable, Sendable {
  // MARK: Outbound: device to peer

  /// Inner packets read from the device; a super-packet counts as the segments it stands for.
  case packetsOut = "packets_out"
  /// Bytes of inner packets read from the device, headers of a super-packet once.
  case bytesOut = "bytes_out"
  /// Reads that gave a packet or a super-packet.
  case deviceReads = "device_reads"
  /// Datagrams handed to the kernel, each with a counter value of its own.
  case datagramsSent = "datagrams_sent"
  /// UDP payload bytes of those.
  case datagramBytesSent = "datagram_bytes_sent"
  /// Sends: one train each.
  case trainsSent = "trains_sent"
  /// Datagrams of those that hold an LZ4 block.
  case datagramsCompressed = "datagrams_compressed"

  // MARK: Inbound: peer to device

  /// Datagrams taken from the peer: new, well-formed in their header, of a session that this side has.
  case datagramsReceived = "datagrams_received"
  case datagramBytesReceived = "datagram_bytes_received"
  /// Receives that brought data: one train, or the part of it that the kernel kept together.
  case trainsReceived = "trains_received"
  /// Inner packets written to the device; a super-packet counts as its segments.
  case packetsIn = "packets_in"
  case bytesIn = "bytes_in"
  /// Writes to the device: a packet or a super-packet each.
  case deviceWrites = "device_writes"
  /// Counter values of the peer that never arrived (so far): datagrams lost on the way.
  case datagramsLost = "datagrams_lost"

  // MARK: Outbound drops, in inner packets

  /// The device gave something that is no IPv4 or IPv6 packet, or whose virtio header lies.
  case dropDeviceMalformed = "drop_device_malformed"
  /// There is no session with the peer (yet), or its keys have sealed all that they may.
  case dropNoSession = "drop_no_session"
  /// An inner packet longer than one datagram holds.
  case dropTooLong = "drop_too_long"
  /// The kernel refused the train (its datagrams count), or none was free for a second (packets count; those that
  /// were in one datagram already, as one).
  case dropSendError = "drop_send_error"
  /// The peer's host answered that nobody listens (ICMP port unreachable); datagrams.
  case dropSendRefused = "drop_send_refused"

  // MARK: Inbound drops, in datagrams

  /// Shorter than a header, or sealed and without room for a tag.
  case dropTruncated = "drop_truncated"
  /// A version of the wire format that this build does not speak.
  case dropVersion = "drop_version"
  /// A datagram type that does not exist, or a handshake's on another lane than 0.
  case dropType = "drop_type"
  /// Records in the clear, which a side that seals does not take: the peer was started with --plaintext.
  case dropPlaintext = "drop_plaintext"
  /// Sealed, or of a handshake, to a side that was started with --plaintext.
  case dropSealed = "drop_sealed"
  /// Another lane's datagram.
  case dropLane = "drop_lane"
  /// Sealed under a session that this side does not have (any more).
  case dropUnknownSession = "drop_unknown_session"
  /// The tag is wrong: forged, or changed on the way.
  case dropAuthentication = "drop_authentication"
  /// A counter value seen before, or too old to tell.
  case dropReplayed = "drop_replayed"
  /// From a session that a newer one has replaced.
  case dropStaleSession = "drop_stale_session"

  // MARK: Inbound drops, in records: what a well-formed datagram carried

  /// A record kind that does not exist.
  case dropRecordKind = "drop_record_kind"
  /// A record that ends before its header does, or whose lengths lie.
  case dropRecordLength = "drop_record_length"
  /// A slice whose offset, total or segment size cannot be.
  case dropSliceBounds = "drop_slice_bounds"
  /// Inner headers that are no IPv4 or IPv6 packet of the stated length.
  case dropInnerHeaders = "drop_inner_headers"
  /// An LZ4 block that is garbage, or does not give exactly the stated bytes.
  case dropLZ4 = "drop_lz4"
  /// A control record that makes no sense.
  case dropControl = "drop_control"
  /// The device refused the write; inner packets.
  case dropDeviceWrite = "drop_device_write"
}
