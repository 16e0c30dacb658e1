import Testing

@testable import Dataplane

@Suite("What the control side asks of a lane")
struct MailboxTests {
  private static func datagram(_ number: UInt8) -> LaneCommand {
    .take([number], from: SocketAddress(.v4(0x7f00_0001), port: 7))
  }

  @Test("Datagrams from elsewhere that wait are bounded, and hold nothing else up")
  func flood() throws {
    let mailbox = try Mailbox()
    for number in UInt8(1)...32 { #expect(mailbox.post(Self.datagram(number))) }
    for _ in 0..<3 { #expect(!mailbox.post(Self.datagram(33))) }
    #expect(mailbox.post(.wipe(nil)))
    #expect(!mailbox.post(Self.datagram(33)))
    #expect(!mailbox.isDone)

    // What was refused is not among them, and is not waited for.
    let commands = mailbox.take()
    let numbers = commands.compactMap { command in
      if case .take(let bytes, _) = command { bytes.first } else { nil }
    }
    #expect(numbers == Array(1...32))
    #expect(commands.count == 33)
    guard case .wipe(nil) = commands.last else {
      Issue.record("the last command is not the last that was posted")
      return
    }
    mailbox.finish(commands.count)
    #expect(mailbox.isDone)
    #expect(mailbox.post(Self.datagram(34)))
  }

  @Test("Keep-alives in a row are one, which wants an answer where one of them does")
  func keepAlives() throws {
    let mailbox = try Mailbox()
    for _ in 0..<1000 { mailbox.post(.keepAlive(wantsAnswer: false)) }
    for wantsAnswer in [true, false, true] { mailbox.post(.keepAlive(wantsAnswer: wantsAnswer)) }
    // Behind this it is sent under another key.
    mailbox.post(.prove(7))
    for _ in 0..<1000 { mailbox.post(.keepAlive(wantsAnswer: false)) }
    let commands = mailbox.take()
    #expect(commands.count == 4)
    let asks = commands.map { command -> Bool? in
      if case .keepAlive(let wantsAnswer) = command { wantsAnswer } else { nil }
    }
    #expect(asks == [false, true, nil, false])
    mailbox.finish(4)
    #expect(mailbox.isDone)
    mailbox.post(.keepAlive(wantsAnswer: false))
    #expect(mailbox.take().count == 1)
  }
}
