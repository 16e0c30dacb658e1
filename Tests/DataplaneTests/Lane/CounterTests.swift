import Testing

@testable import Dataplane

@Suite("Counters")
struct CounterTests {
  @Test("A counter's ordinal is its place among all")
  func ordinals() {
    for (index, counter) in Counter.allCases.enumerated() { #expect(counter.ordinal == index) }
  }

  @Test("Each counter counts for itself")
  func values() {
    let counters = Counters()
    defer { counters.deallocate() }
    for (index, counter) in Counter.allCases.enumerated() {
      #expect(counters[counter] == 0)
      counters.add(counter)
      counters.add(counter, index)
    }
    for (index, counter) in Counter.allCases.enumerated() {
      #expect(counters[counter] == UInt64(index) + 1)
    }
    counters.set(.datagramsLost, 3)
    #expect(counters[.datagramsLost] == 3)
  }

  @Test("Names are the lower-case words of the cases, once each")
  func names() {
    let names = Counter.allCases.map(\.rawValue)
    #expect(Set(names).count == names.count)
    for name in names {
      #expect(name.allSatisfy { $0.isLowercase || $0.isNumber || $0 == "_" }, "\(name)")
    }
  }
}
