import Testing

@testable import Dataplane

@Suite("LZ4")
struct CompressorTests {
  func withCompressor(
    _ mode: Plan.Compression = .always, _ body: (Compressor) throws -> Void
  ) throws {
    let end = try TunnelEnd()
    try body(Compressor(mode, memory: end.memory))
  }

  static let sources: [[UInt8]] = [
    Payload.text(1), Payload.text(100), Payload.text(1_400), Payload.text(65_535),
    Payload.random(1_400), [UInt8](repeating: 0, count: 65_535), Payload.pattern(10_000),
  ]

  @Test("What is compressed comes back", arguments: sources)
  func roundTrip(_ source: [UInt8]) throws {
    try withCompressor { compressor in
      try withBytes(source) { bytes in
        try withBytes([UInt8](repeating: 0, count: source.count + source.count / 200 + 32)) {
          target in
          let written = compressor.compress(bytes, into: target)
          try #require(written > 0)
          withBytes([UInt8](repeating: 0, count: source.count)) { back in
            #expect(Compressor.decompress(target.slice(0, written), into: back))
            #expect(back.copied() == source)
          }
        }
      }
    }
  }

  @Test("A target too short gives nothing, and nothing behind it is touched")
  func tooShort() throws {
    try withCompressor { compressor in
      withBytes(Payload.random(1_000)) { source in
        withBytes([UInt8](repeating: 0x77, count: 1_200)) { target in
          #expect(compressor.compress(source, into: target.slice(0, 900)) == 0)
          #expect(target.dropFirst(900).copied().allSatisfy { $0 == 0x77 })
        }
      }
    }
  }

  @Test("A datagram is filled with as much as goes in", arguments: sources)
  func fill(_ source: [UInt8]) throws {
    try withCompressor { compressor in
      withBytes(source) { bytes in
        withBytes([UInt8](repeating: 0x77, count: 1_000)) { target in
          let (taken, written) = compressor.fill(target.slice(0, 700), from: bytes)
          #expect(taken > 0 && taken <= source.count && written <= 700)
          #expect(target.dropFirst(700).copied().allSatisfy { $0 == 0x77 })
          withBytes([UInt8](repeating: 0, count: taken)) { back in
            #expect(Compressor.decompress(target.slice(0, written), into: back))
            #expect(back.copied() == Array(source.prefix(taken)))
          }
        }
      }
    }
  }

  @Test("A block is exactly as long as it says, or it is refused")
  func statedLength() throws {
    let source = Payload.text(2_000)
    try withCompressor { compressor in
      try withBytes(source) { bytes in
        try withBytes([UInt8](repeating: 0, count: 2_100)) { target in
          let written = compressor.compress(bytes, into: target)
          try #require(written > 0)
          let block = target.slice(0, written)
          for stated in [0, 1, 1_999, 2_001, 60_000] {
            withBytes([UInt8](repeating: 0, count: stated)) {
              #expect(!Compressor.decompress(block, into: $0), "\(stated)")
            }
          }
        }
      }
    }
  }

  @Test("Any bytes as a block: refused, or exactly as stated; nothing outside is written")
  func garbage() {
    var random = SeededGenerator(3)
    for _ in 0..<2_000 {
      let stated = random.below(300)
      withBytes(random.bytes(1 + random.below(100))) { block in
        withBytes([UInt8](repeating: 0x77, count: 400)) { target in
          _ = Compressor.decompress(block, into: target.slice(0, stated))
          #expect(target.dropFirst(stated).copied().allSatisfy { $0 == 0x77 })
        }
      }
    }
  }

  @Test("A block cut short or with a byte changed never gives more than stated")
  func mutated() throws {
    let source = Payload.text(600)
    let block = try compressed(source)
    for length in 0..<block.count {
      withBytes(Array(block.prefix(length))) { cut in
        withBytes([UInt8](repeating: 0, count: source.count)) {
          #expect(!Compressor.decompress(cut, into: $0), "\(length)")
        }
      }
    }
  }

  private func compressed(_ source: [UInt8]) throws -> [UInt8] {
    var result: [UInt8] = []
    try withCompressor { compressor in
      withBytes(source) { bytes in
        withBytes([UInt8](repeating: 0, count: source.count * 2)) { target in
          result = target.slice(0, compressor.compress(bytes, into: target)).copied()
        }
      }
    }
    return result
  }

  @Test("Off never tries, always tries, auto starts by not trying")
  func modes() throws {
    for (mode, isOn) in [(Plan.Compression.off, false), (.always, true), (.auto, false)] {
      try withCompressor(mode) { compressor in
        #expect(compressor.isOn == isOn)
        #expect(compressor.isAutomatic == (mode == .auto))
        withBytes(Payload.text(2_000)) { #expect(compressor.accepts($0, flow: 1) == isOn) }
      }
    }
  }

  @Test("A flow whose samples do not shrink is left alone, and only that flow")
  func backsOff() throws {
    try withCompressor { compressor in
      withBytes(Payload.random(5_000)) { random in
        withBytes(Payload.text(5_000)) { text in
          #expect(!compressor.accepts(random, flow: 1))
          #expect(compressor.accepts(text, flow: 2))
          // Not tried: even text of this flow passes as it is.
          #expect(!compressor.accepts(text, flow: 1))
          #expect(!compressor.accepts(text, flow: 1))
          #expect(compressor.accepts(text, flow: 1))
        }
      }
    }
  }

  @Test("Short packets are not tried, packets that do not shrink give nothing")
  func packets() throws {
    try withCompressor { compressor in
      withBytes([UInt8](repeating: 0, count: 2_000)) { target in
        for (source, pays) in [
          (Payload.text(127), false), (Payload.text(1_000), true), (Payload.random(1_000), false),
        ] {
          withBytes(source) { packet in
            let room = target.slice(0, packet.count - packet.count / 10)
            let flow = UInt32(packet.count) &+ UInt32(source[9])
            #expect((compressor.compressPacket(packet, into: room, flow: flow) > 0) == pays)
          }
        }
      }
    }
  }
}
