import Testing

@Suite("Who may import whom")
struct ImportTests {
    private static let policy = Result {
        ImportPolicy(try Repository.text(of: "Tests/RepositoryTests/imports.policy"))
    }
    private static let targets = Result { try PackageTarget.all() }

    @Test func everyTargetImportsWhatThePolicyAllows() throws {
        let policy = try Self.policy.get()
        for mistake in policy.mistakes {
            Issue.record("\(mistake)")
        }
        let targets = try Self.targets.get()
        #expect(targets.count > 8, "the targets were not found")
        for target in targets {
            let sources = Repository.sources(in: [target.path])
            for violation in policy.violations(of: target, sources: sources) {
                Issue.record("\(violation)")
            }
        }
    }

    @Test func everyLineOfThePolicyIsForATarget() throws {
        let names = Set(try Self.targets.get().map(\.name))
        let policy = try Self.policy.get()
        for target in policy.targets + policy.growing.sorted() where !names.contains(target) {
            Issue.record("imports.policy: there is no target '\(target)': delete its line")
        }
    }

    @Test func everySourceBelongsToATarget() throws {
        let targets = try Self.targets.get()
        for source in Repository.sources(in: ["Sources", "Tests"]) {
            #expect(targets.contains { $0.contains(source.path) }, "\(source.path) is in no target: nothing builds it")
        }
    }

    @Test func consensusAndLedgerDoNotKnowEachOther() throws {
        let policy = try Self.policy.get()
        #expect(policy.allowed(for: "Consensus")?.contains("Ledger") == false)
        #expect(policy.allowed(for: "Ledger")?.contains("Consensus") == false)
    }

    // From here on: the check itself, on a target of three lines.

    private let policy = ImportPolicy(
        """
        # A comment.
        toolchain: Foundation Testing
        tests: Testing
        Core: Base Crypto Foundation
        """
    )
    private let core = PackageTarget(name: "Core", path: "Sources/Core", dependencies: ["Base", "Crypto"])

    private func violations(_ imports: String, of target: PackageTarget? = nil) -> [String] {
        let source = SwiftSource(path: "Sources/Core/File.swift", text: imports + "\nstruct File {}\n")
        return policy.violations(of: target ?? core, sources: [source])
    }

    @Test func importsOfTheLinePass() {
        #expect(violations("public import Foundation\nimport struct Base.Name\n@preconcurrency import Crypto").isEmpty)
    }

    @Test func anImportOutsideOfTheLineIsNamedWithItsPlace() {
        let imports = "import Base\nimport Crypto\nimport Foundation\n// import Left\n"
        let found = violations(imports + "internal import class Other.A")
        #expect(found.count == 1)
        #expect(found.first?.hasPrefix("Sources/Core/File.swift:5: Core may not import Other;") == true)
    }

    @Test func aModuleThatNobodyImportsHasToGo() {
        #expect(violations("import Base\nimport Crypto").contains { $0.contains("no file of Core imports Foundation") })
    }

    @Test func aScaffoldNeedNotImportEverything() {
        let imports = SwiftSource(path: "Sources/Core/main.swift", text: "import Base\n")
        let named = SwiftSource(path: "Sources/Core/Scaffold.swift", text: "private let scaffold = 0\n")
        #expect(policy.violations(of: core, sources: [imports]).isEmpty)
        #expect(policy.violations(of: core, sources: [named]).isEmpty)
        #expect(!policy.violations(of: core, sources: [imports, named]).isEmpty)
    }

    @Test func dependenciesHaveToAgreeWithTheLine() {
        let more = PackageTarget(name: "Core", path: "Sources/Core", dependencies: ["Base", "Crypto", "Other"])
        let fewer = PackageTarget(name: "Core", path: "Sources/Core", dependencies: ["Base"])
        let imports = "import Base\nimport Crypto\nimport Foundation"
        #expect(violations(imports, of: more).map { $0.contains("depends on Other") } == [true])
        #expect(violations(imports, of: fewer).map { $0.contains("may import Crypto, on which") } == [true])
    }

    @Test func aGrowingTargetNeedNotUseItsLineUntilItDoes() {
        let policy = ImportPolicy("growing: Core\ntoolchain: Testing\nCore: Base Crypto")
        let some = SwiftSource(path: "Sources/Core/File.swift", text: "import Base\nstruct File {}\n")
        let all = SwiftSource(path: "Sources/Core/File.swift", text: "import Base\nimport Crypto\nstruct File {}\n")
        #expect(policy.violations(of: core, sources: [some]).isEmpty)
        #expect(policy.violations(of: core, sources: [all]).map { $0.contains("from 'growing'") } == [true])
    }

    @Test func aProgramIsDependedOnAndNotImported() {
        let policy = ImportPolicy("programs: Base\ntoolchain: Testing\nCore: Base Crypto")
        let source = SwiftSource(path: "Sources/Core/File.swift", text: "import Crypto\nstruct File {}\n")
        #expect(policy.violations(of: core, sources: [source]).isEmpty)
    }

    @Test func aTestTargetMayImportItsSubjectAndWhateverThatMay() {
        #expect(policy.allowed(for: "CoreTests") == ["Base", "Core", "Crypto", "Foundation", "Testing"])
        #expect(policy.allowed(for: "OtherTests") == nil)
    }

    @Test func aTargetWithoutALineIsNamed() {
        let other = PackageTarget(name: "Other", path: "Sources/Other", dependencies: [])
        #expect(policy.violations(of: other, sources: []).first?.contains("add the line 'Other: …'") == true)
    }

    @Test(arguments: ["Core", "Core:", "Core: A A", "Core: A\nCore: B"])
    func aMalformedPolicyIsAMistake(text: String) {
        #expect(ImportPolicy(text).mistakes.count == 1)
    }
}
