/// A write to the device that is being put together.
struct OpenWrite {
  /// Slices have one of their own among ``LaneMemory/openWrites``; behind it come those of UDP flows, each
  /// where its hash says.
  static let slicesPlace = 0

  enum Shape {
    case none
    /// Slices of one super-packet, contiguous from `start` to `end` of its payload.
    case slices
    /// UDP packets of one flow, all of `gsoSize` payload bytes but perhaps the last.
    case datagrams
  }

  var shape = Shape.none
  var slot = -1
  /// Parsed from the headers that were copied to the slot's head.
  var headers = InnerHeaders.none
  /// The inner headers as they came.
  var headerBytes: Bytes?
  var gsoSize = 0
  /// Payload bytes of the super-packet that slices belong to.
  var total = 0
  var start = 0
  var end = 0
  /// Segments so far; UDP has a limit.
  var segments = 0
  /// The counter of the datagram that the next slice comes in.
  var nextCounter: UInt64 = 0
  /// The newest slice was a plain one: the next one's head may be laid over its end.
  var endsScratch = false
  /// Of the first UDP packet: its checksum is still to be completed. Else it is written as it is where it
  /// stays alone.
  var isPartial = true
}
