import Testing

@testable import Dataplane

@Suite("The flow table")
struct FlowTableTests {
  func withTable(_ body: (FlowTable) -> Void) {
    withBytes([UInt8](repeating: 0, count: FlowTable.footprint)) { body(FlowTable($0)) }
  }

  /// Packets that pass untried before the flow is tried again.
  func skipped(_ table: FlowTable, _ flow: UInt32) -> Int {
    var count = 0
    while !table.wants(flow) { count += 1 }
    return count
  }

  @Test(
    "A flow that never pays is tried ever more rarely, down to a limit", arguments: [0, 1, 77_777])
  func backOff(_ flow: UInt32) {
    withTable { table in
      #expect(table.wants(flow))
      var pauses: [Int] = []
      for _ in 0..<9 {
        table.note(flow, paid: false)
        pauses.append(skipped(table, flow))
      }
      #expect(pauses == [2, 4, 8, 16, 32, 64, 64, 64, 64])
    }
  }

  @Test("A success forgets the failures")
  func success() {
    withTable { table in
      #expect(table.wants(5))
      for _ in 0..<5 { table.note(5, paid: false) }
      #expect(skipped(table, 5) == 32)
      table.note(5, paid: true)
      #expect(table.wants(5))
      table.note(5, paid: false)
      #expect(skipped(table, 5) == 2)
    }
  }

  @Test("Flows do not touch each other, but for those that share an entry")
  func collisions() {
    withTable { table in
      let rival = UInt32(5 + FlowTable.slots)
      for flow: UInt32 in [5, 6] {
        _ = table.wants(flow)
        table.note(flow, paid: false)
      }
      #expect(table.wants(rival))  // It takes the entry of 5.
      table.note(5, paid: false)  // Of no effect: 5 has no entry.
      #expect(table.wants(rival))
      #expect(table.wants(5))
      #expect(skipped(table, 6) == 2)
    }
  }
}
