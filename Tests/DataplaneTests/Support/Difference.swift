/// Where two lists of packets differ first, in a line; nil where they are the same.
///
/// Comparing them in an expectation would print all of their bytes.
func difference(_ some: [[UInt8]], _ others: [[UInt8]]) -> String? {
  for (index, (one, other)) in zip(some, others).enumerated() where one != other {
    let at = zip(one, other).prefix { $0 == $1 }.count
    let bytes = { (packet: [UInt8]) in Array(packet.dropFirst(at).prefix(8)) }
    return "packet \(index), \(one.count) and \(other.count) bytes, from byte \(at) on: "
      + "\(bytes(one)) and \(bytes(other))"
  }
  return some.count == others.count ? nil : "\(some.count) and \(others.count) packets"
}

/// The same of writes.
func difference(_ some: [DeviceRecord], _ others: [DeviceRecord]) -> String? {
  difference(some.map(\.bytes), others.map(\.bytes))
}
