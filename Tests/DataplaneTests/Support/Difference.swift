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

/// Packets by flow, each flow's in their order: between flows there is none.
func byFlow<Packets: Sequence<[UInt8]>>(_ packets: Packets) -> [[UInt8]] {
  grouped(packets) { $0 }
}

/// The same of writes.
func byFlow(_ writes: [DeviceRecord]) -> [DeviceRecord] { grouped(writes, \.packet) }

private func grouped<Items: Sequence>(
  _ items: Items, _ packet: (Items.Element) -> [UInt8]
) -> [Items.Element] {
  Dictionary(grouping: items) { flow(packet($0)) }
    .sorted { $0.key.lexicographicallyPrecedes($1.key) }
    .flatMap(\.value)
}

/// Protocol, addresses and ports of a packet.
private func flow(_ packet: [UInt8]) -> [UInt8] {
  let isIPv4 = packet[0] >> 4 == 4
  let addresses = isIPv4 ? packet[12..<20] : packet[8..<40]
  let transport = packet.dropFirst(isIPv4 ? Int(packet[0] & 15) * 4 : 40)
  return [packet[isIPv4 ? 9 : 6]] + addresses + transport.prefix(4)
}
