import Formats
import Identity
import LedgerTestKit
import OneThingNode
import OneThings
import Testing
import Vault

/// What a department keeps of its cases is there, whole, and nobody else's.
@Suite("The vault of cases")
struct CaseVaultTests {
    private let consortium: TestConsortium
    private let directory: TemporaryDirectory
    private let vault: CaseVault
    private let file = [UInt8]("articles of association".utf8)
    private let time = TestConsortium.createdAt

    init() throws {
        consortium = try TestConsortium()
        directory = try TemporaryDirectory()
        vault = try CaseVault(directory.path("vault"), genesis: consortium.genesis)
    }

    private func items() throws -> CaseItems {
        var generator = SeededGenerator(seed: 1)
        return try CaseItems([
            try CaseItem(Name.company, datum: "示例有限公司", using: &generator),
            CaseItem(Name.articles, paper: consortium.suite.digest(of: file), using: &generator),
        ])
    }

    private var paper: CaseFile { CaseFile(paper: Name.articles, bytes: file) }

    private func code(_ body: () throws -> some Any) throws -> VaultError.Code? {
        do {
            _ = try body()
            return nil
        } catch let error as VaultError {
            return error.code
        }
    }

    @Test func filesComeOneByOneAndTheSameAgainChangesNothing() throws {
        let items = try items()
        #expect(try vault.put(items, files: [], at: time) == [Name.articles])
        #expect(try vault.put(items, files: [paper], at: time) == [])
        #expect(try vault.put(items, files: [paper], at: time) == [])
        let root = items.content(suite: consortium.suite).root
        #expect(try vault.items(of: root) == items)
        #expect(try vault.file(of: Name.articles, in: root) == file)
        #expect(try code { try vault.file(of: Name.company, in: root) } == .notFound)
        #expect(try code { try vault.items(of: consortium.suite.digest(of: [])) } == .notFound)
    }

    @Test func aRotatedVaultOpensWithItsNewKeyAlone() throws {
        let items = try items()
        _ = try vault.put(items, files: [paper], at: time)
        let root = items.content(suite: consortium.suite).root
        try vault.rotateMasterKey()
        let opened = try CaseVault(vault.path, genesis: consortium.genesis)
        #expect(try opened.file(of: Name.articles, in: root) == file)
        // The one that was opened before has the old key.
        #expect(try code { try vault.items(of: root) } == .corrupted)
    }

    @Test func whatIsDestroyedDoesNotComeBack() throws {
        let items = try items()
        _ = try vault.put(items, files: [paper], at: time)
        let root = items.content(suite: consortium.suite).root
        #expect(try vault.destroy(root, basis: "档案管理办法", at: time))
        #expect(try code { try vault.items(of: root) } == .destroyed)
        #expect(try code { try vault.file(of: Name.articles, in: root) } == .destroyed)
        #expect(try code { try vault.put(items, files: [paper], at: time) } == .destroyed)
        #expect(try code { try vault.destroy(root, basis: "", at: time) } == .inconsistent)
    }

    @Test func anotherConsortiumsVaultIsNotOpened() throws {
        let other = try TestConsortium(consortium: "other")
        #expect(try code { try CaseVault(vault.path, genesis: other.genesis) } == .otherConsortium)
    }
}
