import Foundation
import GRDB
import Identity
import LedgerTestKit
import LicenceNode
import Licences
import Testing
import Vault
import ZhenglianClient

@Suite("The vault")
struct VaultTests {
    private let consortium: TestConsortium
    private let directory: TemporaryDirectory
    private let time = TestConsortium.createdAt

    init() throws {
        consortium = try TestConsortium()
        directory = try TemporaryDirectory()
    }

    private func open(_ name: String = "vault", limits: VaultLimits = VaultLimits()) throws -> LicenceVault {
        try LicenceVault(directory.path(name), genesis: consortium.genesis, limits: limits)
    }

    private func mode(_ path: String) throws -> Int? {
        let attributes = try FileManager.default.attributesOfItem(atPath: directory.path(path))
        return (attributes[.posixPermissions] as? NSNumber)?.intValue
    }

    @Test func whatWasPutInComesOutAgainAfterTheVaultWasOpenedAnew() throws {
        let licence = try LicenceScene.vaulted()
        let file = [UInt8](repeating: 7, count: 100_000)
        #expect(try open().put(licence, file: file, at: time) == .stored)
        let vault = try open()
        #expect(try vault.licence(licence.identifier) == licence)
        #expect(try vault.file(of: licence.identifier) == file)
        #expect(try vault.put(licence, file: file, at: time) == .unchanged)
        let entry = try #require(try vault.entries(after: nil, limit: 10).first)
        #expect(entry.fileByteCount == 100_000)
        #expect(entry.file == consortium.suite.digest(of: file))
    }

    @Test func oneThatCannotGoInDoesNotHoldUpTheOthers() throws {
        var limits = VaultLimits()
        limits.fileByteCount = 100
        let vault = try open(limits: limits)
        let licences = try (0..<3).map { try LicenceScene.vaulted("B\($0)") }
        let contents = licences.enumerated().map { index, licence in
            LicenceVault.Content(licence: licence, file: [UInt8](repeating: 1, count: index == 1 ? 101 : 100))
        }
        let results = try vault.put(contents, at: time)
        #expect(results == [.success(.stored), .failure(VaultError(.tooLarge, "")), .success(.stored)])
        #expect(try vault.entries(after: nil, limit: 10).count == 2)
        #expect(try vault.put(contents, at: time)[2] == .success(.unchanged))
    }

    @Test func onlyItsOwnerReadsTheVault() throws {
        _ = try open()
        #expect(try mode("vault") == 0o700)
        #expect(try mode("vault/vault.sqlite") == 0o600)
        #expect(try mode("vault/master.key") == 0o600)
    }

    @Test func theDatabaseHoldsNothingInTheClear() throws {
        let licence = try LicenceScene.vaulted()
        try open().put(licence, file: Array("the deed, signed and sealed".utf8), at: time)
        let bytes = try Data(contentsOf: URL(fileURLWithPath: directory.path("vault/vault.sqlite")))
        for secret in ["示例", LicenceScene.number, "the deed, signed"] {
            #expect(bytes.range(of: Data(secret.utf8)) == nil)
        }
        #expect(bytes.range(of: Data(licence.salts.salts[0].bytes)) == nil)
    }

    @Test func anotherContentOfTheSameVersionIsRefused() throws {
        let vault = try open()
        let licence = try LicenceScene.vaulted()
        try vault.put(licence, file: [1], at: time)
        #expect(vaultCode { try vault.put(licence, file: [2], at: time) } == .conflict)
        #expect(vaultCode { try vault.put(LicenceScene.vaulted(seed: 2), file: [1], at: time) } == .conflict)
    }

    @Test func whatIsTooLargeToBeReleasedIsRefused() throws {
        var limits = VaultLimits()
        limits.fileByteCount = 10
        let vault = try open(limits: limits)
        let licence = try LicenceScene.vaulted()
        #expect(vaultCode { try vault.put(licence, file: [UInt8](repeating: 0, count: 11), at: time) } == .tooLarge)
        #expect(vaultCode { try vault.licence(licence.identifier) } == .notFound)
    }

    @Test func saltsOfAnotherLicenceAreRefused() throws {
        let (first, second) = (try LicenceScene.vaulted("A1"), try LicenceScene.vaulted("A2"))
        #expect(vaultCode { try VaultedLicence(metadata: first.metadata, salts: second.salts) } == .inconsistent)
    }

    @Test func whatWasDestroyedIsGoneForGood() throws {
        let vault = try open()
        let basis = "个人信息保护法第四十七条"
        let gone = try LicenceScene.vaulted("A1")
        // Another licence, whose serial number begins with the same characters.
        let kept = try LicenceScene.vaulted("A12")
        try vault.put(gone, file: [1, 2, 3], at: time)
        try vault.put(kept, file: nil, at: time)
        let key = LicenceKey(gone.identifier)
        #expect(try vault.destroy(key, basis: basis, at: time).now == [gone.identifier])
        let again = try vault.destroy(key, basis: basis, at: time)
        #expect(again.now.isEmpty && again.before == [gone.identifier])
        #expect(vaultCode { try vault.licence(gone.identifier) } == .destroyed)
        #expect(vaultCode { try vault.file(of: gone.identifier) } == .destroyed)
        #expect(vaultCode { try vault.put(gone, file: [1, 2, 3], at: time) } == .destroyed)
        #expect(try vault.licence(kept.identifier) == kept)
        #expect(try vault.entry(of: gone.identifier)?.destruction?.basis == basis)
        let unknown = try vault.destroy(LicenceKey(try LicenceScene.identifier("A3")), basis: "x", at: time)
        #expect(unknown.now.isEmpty && unknown.before.isEmpty)
        #expect(vaultCode { try vault.destroy(LicenceKey(kept.identifier), basis: "", at: time) } == .inconsistent)
    }

    @Test func allVersionsOfALicenceAreDestroyedTogether() throws {
        let vault = try open()
        let first = try LicenceScene.vaulted("A1")
        var generator = SeededGenerator(seed: 2)
        let next = try #require(first.identifier.nextVersion)
        let second = try VaultedLicence(
            metadata: try LicenceScene.metadata(next), salts: LicenceSalts(identifier: next, using: &generator))
        try vault.put(first, file: [1], at: time)
        try vault.put(second, file: [2], at: time)
        let destruction = try vault.destroy(LicenceKey(next), basis: "个人信息保护法第四十七条", at: time)
        #expect(destruction.now == [first.identifier, next])
        #expect(vaultCode { try vault.licence(first.identifier) } == .destroyed)
        #expect(vaultCode { try vault.licence(next) } == .destroyed)
    }

    /// The row of the data key is what opens a licence: a copy of the database that lacks it, with the master key and
    /// all content, is closed.
    @Test func aBackupWithoutTheKeyRowDoesNotOpen() throws {
        let licence = try LicenceScene.vaulted()
        try open().put(licence, file: [1, 2, 3], at: time)
        try FileManager.default.copyItem(atPath: directory.path("vault"), toPath: directory.path("backup"))
        #expect(try open("backup").licence(licence.identifier) == licence)
        let queue = try DatabaseQueue(path: directory.path("backup/vault.sqlite"))
        try queue.write { try $0.execute(sql: "DELETE FROM versionKey") }
        try queue.close()
        let backup = try open("backup")
        #expect(vaultCode { try backup.licence(licence.identifier) } == .destroyed)
        #expect(vaultCode { try backup.file(of: licence.identifier) } == .destroyed)
    }

    @Test func afterARotationABackupFromBeforeNeedsTheOldKey() throws {
        let licence = try LicenceScene.vaulted()
        try open().put(licence, file: [1, 2, 3], at: time)
        try FileManager.default.copyItem(atPath: directory.path("vault"), toPath: directory.path("backup"))
        try open().rotateMasterKey()
        #expect(try open().licence(licence.identifier) == licence)
        #expect(try open().file(of: licence.identifier) == [1, 2, 3])
        try FileManager.default.removeItem(atPath: directory.path("backup/master.key"))
        try FileManager.default.copyItem(
            atPath: directory.path("vault/master.key"), toPath: directory.path("backup/master.key"))
        #expect(vaultCode { try open("backup") } == .wrongKey)
    }

    /// A process that is killed between the database's commit and the renaming of the key file loses nothing.
    @Test func aRotationThatWasInterruptedIsFinished() throws {
        let licence = try LicenceScene.vaulted()
        try open().put(licence, file: nil, at: time)
        let old = try Data(contentsOf: URL(fileURLWithPath: directory.path("vault/master.key")))
        try open().rotateMasterKey()
        let new = try Data(contentsOf: URL(fileURLWithPath: directory.path("vault/master.key")))
        try new.write(to: URL(fileURLWithPath: directory.path("vault/master.key.next")))
        try old.write(to: URL(fileURLWithPath: directory.path("vault/master.key")))
        #expect(try open().licence(licence.identifier) == licence)
        #expect(try Data(contentsOf: URL(fileURLWithPath: directory.path("vault/master.key"))) == new)
        #expect(!FileManager.default.fileExists(atPath: directory.path("vault/master.key.next")))
    }

    @Test func anotherConsortiumsVaultIsRefused() throws {
        _ = try open()
        let other = try TestConsortium(consortium: "other")
        #expect(vaultCode { try LicenceVault(directory.path("vault"), genesis: other.genesis) } == .otherConsortium)
    }

    @Test func aChangedByteIsNoticed() throws {
        let licence = try LicenceScene.vaulted()
        try open().put(licence, file: nil, at: time)
        let queue = try DatabaseQueue(path: directory.path("vault/vault.sqlite"))
        try queue.write { database in
            let sealed = try #require(try Data.fetchOne(database, sql: "SELECT sealed FROM content"))
            var changed = sealed
            changed[changed.startIndex + 20] ^= 1
            try database.execute(sql: "UPDATE content SET sealed = ?", arguments: [changed])
        }
        try queue.close()
        #expect(vaultCode { try open().licence(licence.identifier) } == .corrupted)
    }
}
