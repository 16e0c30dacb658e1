import Testing

@testable import Benchmarks

@Suite struct OptionsTests {
  @Test func measuresEverythingByDefault() throws {
    let options = try Options([])
    #expect(options.task == .run)
    #expect((options.runs, options.seconds, options.repeats) == (5, 1, 4))
    #expect(!options.isSelective)
  }

  @Test func takesSuitesAndCases() throws {
    let options = try Options(["--suite", "path", "micro", "--case", "tcp,small", "--quick"])
    #expect(options.suites == [.path, .micro])
    #expect(options.caseNames == ["tcp", "small"])
    #expect((options.runs, options.seconds, options.repeats) == (2, 1, 0))
  }

  @Test func lengthIsWhatWasAskedForWhereverQuickStands() throws {
    let (first, last) = (
      try Options(["--runs", "9", "--quick"]), try Options(["--quick", "--seconds", "0.5"])
    )
    #expect(first.runs == 9)
    #expect(last.seconds == 0.5)
  }

  @Test(
    arguments: [
      (["--suite", "nowhere"], "there are path"), (["--case", "nothing"], "--list"),
      (["--runs", "0"], "1 to 1000"), (["--seconds"], "needs a value"), (["--bogus"], "--bogus"),
      (["--rounds", "3"], "--rounds"),
    ])
  func namesWhatIsWrong(_ arguments: [String], _ words: String) {
    #expect { try Options(arguments) } throws: {
      ($0 as? UsageError)?.message.contains(words) == true
    }
  }

  @Test func showsAndComparesFiles() throws {
    let options = try Options(["--from", "b.json", "--compare", "a.json"])
    #expect(options.task == .show("b.json"))
    #expect(options.compareWith == "a.json")
  }
}

@Suite struct LoadOptionsTests {
  @Test func takesWhatItMayBe() throws {
    let options = try LoadOptions([
      "--plaintext", "--seconds", "0.5", "--queues", "2", "--rate", "10",
    ])
    #expect(options.plaintext)
    #expect((options.seconds, options.queues, options.rate) == (0.5, 2, 10))
  }

  @Test(
    arguments: [
      (["--bogus"], "--bogus is no option"), (["nonsense", "1"], "nonsense is no option"),
      (["--seconds"], "--seconds needs a value"), (["--seconds", "0"], "--seconds 0 cannot be"),
      (["--mode", "tap"], "--mode tap cannot be"), (["--queues", "256"], "--queues 256 cannot be"),
    ])
  func namesWhatIsWrong(_ arguments: [String], _ words: String) {
    #expect { try LoadOptions(arguments) } throws: { ($0 as? UsageError)?.message == words }
  }
}

@Suite struct SelectionTests {
  @Test(arguments: [[], ["--quick"]])
  func withoutRootOnlySingleOperationsAreLeft(_ arguments: [String]) throws {
    let selection = Selection(try Options(arguments), missing: "root is needed")
    #expect(selection.cases.map(\.name) == Case.all.filter { $0.suite == .micro }.map(\.name))
    #expect(selection.omissions.contains { $0.what == "suite path" && $0.reason.contains("sudo") })
  }

  @Test func whatTakesLongIsLeftOutUnlessAskedFor() throws {
    let extras = Set(Case.all.filter(\.isExtra).map(\.name))
    #expect(extras.contains("peers-4") && !extras.contains("tcp"))
    let usual = Selection(try Options([]), missing: nil)
    #expect(usual.cases.count == Case.all.count - extras.count)
    #expect(usual.omissions.allSatisfy { $0.reason.contains("--all") })
    let all = Selection(try Options(["--all"]), missing: nil)
    #expect(all.cases.count == Case.all.count)
    #expect(all.omissions.isEmpty)
    let named = Selection(try Options(["--case", "peers-4", "--quick"]), missing: nil)
    #expect(named.cases.map(\.name) == ["peers-4"])
    #expect(Set(Case.all.map(\.name)).count == Case.all.count)
  }

  @Test func quickRunsSayWhatTheyLeaveOut() throws {
    let selection = Selection(try Options(["--quick"]), missing: nil)
    for one in Case.all where !selection.cases.contains(where: { $0.name == one.name }) {
      let isNamed = selection.omissions.contains { omission in
        omission.what.hasPrefix("of suite \(one.suite.rawValue): ")
          && omission.what.split { " :,".contains($0) }.contains(one.name[...])
      }
      #expect(isNamed, "\(one.name)")
    }
    for one in selection.cases {
      let names = Set(one.variants.map(\.name))
      #expect(one.rows.allSatisfy { names.isSuperset(of: $0.variants) })
    }
  }

  @Test func runsEndInTime() throws {
    for (arguments, limit) in [([], 25.0), (["--quick"], 2)] {
      let options = try Options(arguments)
      let pace = Pace(of: Selection(options, missing: nil).cases, options: options)
      #expect(pace.secondsLeft < limit * 60)
    }
  }
}
