import Testing

@testable import Dataplane

@Suite("The replay window")
struct ReplayWindowTests {
  static let width: UInt64 = 8_192

  /// A window over memory that was not clean.
  final class Window {
    private let slab: Slab
    private var window: ReplayWindow

    init() throws {
      var slab = try Slab(size: ReplayWindow.footprint)
      let memory = slab.carve(ReplayWindow.footprint)
      for offset in 0..<memory.count { memory[offset] = 0xff }
      window = ReplayWindow(memory)
      self.slab = slab
    }

    func take(_ counter: UInt64) -> Bool { window.take(counter) }
    func reset() { window.reset() }
    var next: UInt64 { window.next }
    var taken: UInt64 { window.taken }
    var lost: UInt64 { window.lost }
  }

  @Test("In order: every value once, nothing lost")
  func inOrder() throws {
    let window = try Window()
    for counter in UInt64(0)..<20_000 {
      #expect(window.take(counter))
      #expect(!window.take(counter))
    }
    #expect(window.lost == 0 && window.taken == 20_000 && window.next == 20_000)
  }

  @Test("The window's edges", arguments: [UInt64(8_192), 8_200, 10_000, 123_457, 1 << 40])
  func edges(_ highest: UInt64) throws {
    let window = try Window()
    #expect(window.take(highest))
    #expect(window.lost == highest)
    let oldest = highest + 1 - Self.width
    #expect(window.take(oldest))
    #expect(!window.take(oldest))
    if oldest > 0 { #expect(!window.take(oldest - 1)) }
    #expect(window.take(highest - 1))
    #expect(window.lost == highest - 2)
  }

  @Test("Jumps of every kind forget what is too old, and nothing else")
  func jumps() throws {
    for jump in [1, 63, 64, 65, 127, 128, 8_128, 8_191, 8_192, 8_193, 8_256, 8_257, 1 << 50]
      as [UInt64]
    {
      let window = try Window()
      #expect(window.take(100))
      #expect(window.take(100 + jump))
      #expect(!window.take(100), "\(jump)")
      #expect(window.take(99 + jump) == (jump > 1), "\(jump)")
      #expect(window.lost == 101 + jump - window.taken)
    }
  }

  @Test("The last values of all")
  func extremes() throws {
    let window = try Window()
    // The highest value is never taken: the one after it could not be told from 0.
    #expect(!window.take(.max))
    #expect(window.next == 0)
    #expect(window.take(.max - 1))
    #expect(window.next == UInt64.max)
    #expect(!window.take(.max))
    #expect(!window.take(.max - 1))
    #expect(window.take(.max - 2))
    #expect(window.take(.max - Self.width))
    #expect(!window.take(.max - Self.width - 1))
    #expect(!window.take(0))
    #expect(window.lost == UInt64.max - 3)
  }

  @Test("After a reset all is as at the start")
  func reset() throws {
    let window = try Window()
    for counter in UInt64(0)..<9_000 { _ = window.take(counter) }
    window.reset()
    #expect(window.lost == 0)
    for counter in UInt64(0)..<9_000 { #expect(window.take(counter)) }
  }

  /// A window as one would write it without thinking of speed.
  struct Model {
    var seen: Set<UInt64> = []
    var next: UInt64 = 0

    mutating func take(_ counter: UInt64) -> Bool {
      guard counter < .max, next <= width || counter >= next - width else { return false }
      guard seen.insert(counter).inserted else { return false }
      next = max(next, counter + 1)
      return true
    }
  }

  @Test("Random sequences agree with a set", arguments: 1...12)
  func random(_ seed: Int) throws {
    var random = SeededGenerator(UInt64(seed))
    let window = try Window()
    var model = Model()
    var base: UInt64 = seed % 3 == 0 ? .max - 4_000_000 : 0
    for step in 0..<20_000 {
      let reach = [3, 100, 9_000, 30_000][seed % 4]
      var counter = base
      if random.oneIn(3) { counter = base &- UInt64(random.below(reach)) }
      if random.oneIn(500) { base += UInt64(random.below(reach)) }
      if counter > base { counter = 0 }
      let expected = model.take(counter)
      #expect(window.take(counter) == expected, "step \(step), value \(counter)")
      #expect(window.next == model.next)
      #expect(window.lost == model.next - UInt64(model.seen.count))
      if !random.oneIn(4) { base += 1 }
    }
  }
}
