/// A super-packet on its way into datagrams: a frame's, or those of several frames coalesced
/// (Outbound+Coalesce.swift). Its inner headers stand in ``LaneMemory/innerHeaders``.
struct OpenSuperPacket {
  /// Part of a frame's payload.
  struct Run {
    var frame = 0
    /// In the payload of the frame's packet, or packet bytes; what is still to be sent.
    var offset = 0
    var count = 0
  }

  /// Of the inner headers.
  var headers = InnerHeaders.none
  /// Payload bytes of each segment.
  var gsoSize = 0
  /// Payload bytes of one datagram.
  var step = 0
  /// Payload bytes from which on nothing more is added.
  var limit = 0
  /// Whether segments of further frames may follow.
  var isContinuable = false
  /// Payload bytes, and how many of them have been put into datagrams.
  var total = 0
  var sent = 0
  /// Its parts: how many of ``LaneMemory/runs`` they are, and which is the next to be sent.
  var runs = 0
  var nextRun = 0
}
