import Testbed

/// What somebody on the path has of a session: its handshake, which site b began, and its data.
struct RecordedSession {
  /// Messages 1, as b sent them: without a cookie, and with the one that a had asked for.
  let initiations: [[UInt8]]
  /// What a answered: a cookie, and message 2.
  let answers: [[UInt8]]
  /// Message 3 of b.
  let confirmation: [UInt8]
  private let data: [SitePair.Site: [[UInt8]]]

  /// All that is on the tape so far, of one session alone.
  init(_ tape: Tape) throws {
    func datagrams(_ site: SitePair.Site, _ kinds: [UInt8]) -> [[UInt8]] {
      tape.datagrams(from: site).filter { kinds.contains($0[0]) }
    }
    initiations = datagrams(.b, [1])
    answers = datagrams(.a, [2, 6])
    let confirmations = datagrams(.b, [3])
    data = [.a: datagrams(.a, [4]), .b: datagrams(.b, [4])]
    guard initiations.count == 2, answers.count == 2, let last = confirmations.last,
      confirmations.count == 1
    else {
      throw TestbedError(
        """
        a handshake of \(initiations.count) initiations, \(answers.count) answers and \
        \(confirmations.count) confirmations: the machine was too slow for an undisturbed one
        """)
    }
    confirmation = last
  }

  func data(from site: SitePair.Site) -> [[UInt8]] { data[site] ?? [] }
}
