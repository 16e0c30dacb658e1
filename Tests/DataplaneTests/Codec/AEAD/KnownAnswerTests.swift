import Testing

@testable import Dataplane

/// SP 800-38D and RFC 8439, as NIST, the IETF and Project Wycheproof say that they come out.
@Suite("Known answers of sealing")
struct KnownAnswerTests {
  @Test("Authentic ones come out as they must, both ways", arguments: SealingLibrary.all)
  func authentic(_ library: SealingLibrary) throws {
    let answers = try KnownAnswer.all(of: library.cipher).filter(\.isAuthentic)
    #expect(answers.count > 200)
    for answer in answers {
      for inPlace in [false, true] {
        let sealed = library.key(answer.key, .sealing)
          .seal(answer.plaintext, answer.nonce, answer.additional, inPlace: inPlace)
        #expect(sealed == answer.sealed, "\(answer.name)")
        let opened = library.key(answer.key, .opening)
          .open(answer.sealed, answer.nonce, answer.additional, inPlace: inPlace)
        #expect(opened == answer.plaintext, "\(answer.name)")
      }
    }
  }

  @Test("Forged ones are refused", arguments: SealingLibrary.all)
  func forged(_ library: SealingLibrary) throws {
    let answers = try KnownAnswer.all(of: library.cipher).filter { !$0.isAuthentic }
    #expect(answers.count > 50)
    for answer in answers {
      for inPlace in [false, true] {
        let opened = library.key(answer.key, .opening)
          .open(answer.sealed, answer.nonce, answer.additional, inPlace: inPlace)
        #expect(opened == nil, "\(answer.name)")
      }
    }
  }
}
