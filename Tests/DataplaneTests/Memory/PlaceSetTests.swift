import Testing

@testable import Dataplane

@Suite("Sets of places")
struct PlaceSetTests {
  @Test("Holds what was inserted until it is removed, lowest first")
  func members() {
    var set = PlaceSet()
    #expect(set.isEmpty && set.first == nil)
    for place in [63, 0, 32, 0] { set.insert(place) }
    #expect((0..<PlaceSet.capacity).filter(set.contains) == [0, 32, 63])
    var order: [Int] = []
    while let place = set.first {
      order.append(place)
      set.remove(place)
      set.remove(place)
    }
    #expect(order == [0, 32, 63])
    #expect(set.isEmpty)
  }

  @Test("Has room for all places that lanes use")
  func room() {
    #expect(LaneMemory.superPacketCount <= PlaceSet.capacity)
    #expect(LaneMemory.openWriteCount <= PlaceSet.capacity)
  }
}
