import Testing

@Suite("Style")
struct StyleTests {
    private static let exceptions = Result {
        StyleExceptions(
            try Repository.text(of: "Tests/RepositoryTests/style.exceptions"),
            rules: StyleRules.all.map(\.name)
        )
    }

    @Test func everySourceKeepsEveryRule() throws {
        let sources = Repository.sources(in: StyleRule.everywhere)
        #expect(sources.count > 20, "the sources were not found")
        let violations = StyleRules.all.flatMap { rule in
            sources.filter { rule.applies(to: $0.path) }.flatMap { rule.violations(in: $0) }
        }
        for violation in try Self.exceptions.get().apply(to: violations).violations {
            Issue.record("\(violation)")
        }
    }

    @Test func everyExceptionIsWellFormedAndInUse() throws {
        let exceptions = try Self.exceptions.get()
        for mistake in exceptions.mistakes {
            Issue.record("\(mistake)")
        }
        let violations = StyleRules.all.flatMap { rule in
            Repository.sources(in: rule.folders).flatMap { rule.violations(in: $0) }
        }
        for entry in exceptions.apply(to: violations).unused {
            Issue.record("style.exceptions:\(entry.line): excuses nothing any more, delete it")
        }
    }

    @Test(arguments: StyleRules.all)
    func ruleCatchesWhatItForbids(rule: StyleRule) {
        #expect(!rule.caught.isEmpty)
        for text in rule.caught {
            let source = SwiftSource(path: "Sources/Snippet.swift", text: text + "\n")
            #expect(!rule.violations(in: source).isEmpty, "not caught: \(text.prefix(200))")
        }
    }

    @Test(arguments: StyleRules.all)
    func ruleLetsPassWhatIsRight(rule: StyleRule) {
        for text in rule.passed {
            let source = SwiftSource(path: "Sources/Snippet.swift", text: text + (text.hasSuffix("\n") ? "" : "\n"))
            #expect(rule.violations(in: source).isEmpty, "caught: \(text.prefix(200))")
        }
    }

    @Test func everyRuleHasANameOfItsOwnAndFoldersThatExist() {
        let names = StyleRules.all.map(\.name)
        #expect(Set(names).count == names.count)
        for rule in StyleRules.all {
            for folder in rule.folders {
                #expect(Repository.paths.contains { $0.hasPrefix(folder + "/") }, "\(rule.name): no folder \(folder)")
            }
        }
    }

    @Test func exceptionExcusesItsRuleInItsFileOnly() {
        let exceptions = StyleExceptions("print | Sources/A.swift | the command's own output\n", rules: ["print"])
        #expect(exceptions.mistakes.isEmpty)
        let here = StyleViolation(rule: "print", path: "Sources/A.swift", line: 3, message: "")
        let elsewhere = StyleViolation(rule: "print", path: "Sources/B.swift", line: 3, message: "")
        let other = StyleViolation(rule: "force-try", path: "Sources/A.swift", line: 3, message: "")
        #expect(exceptions.apply(to: [here, elsewhere, other]).violations == [elsewhere, other])
        #expect(exceptions.apply(to: [here]).unused.isEmpty)
        #expect(exceptions.apply(to: [elsewhere, other]).unused.map(\.line) == [1])
    }

    @Test(arguments: [
        "print | Sources/A.swift", "print | Sources/A.swift | short",
        "printing | Sources/A.swift | a reason in many words",
    ])
    func exceptionWithoutAReasonOrARuleIsAMistake(line: String) {
        #expect(StyleExceptions(line, rules: ["print"]).mistakes.count == 1)
    }
}
