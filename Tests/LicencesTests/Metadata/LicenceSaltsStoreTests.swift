import Foundation
import GRDB
import Identity
import LedgerTestKit
import Licences
import Testing

@Suite struct LicenceSaltsStoreTests {
    private let directory: TemporaryDirectory
    private let url: URL

    init() throws {
        directory = try TemporaryDirectory()
        url = URL(fileURLWithPath: directory.path("salts"))
    }

    private func identifiers(_ count: Int) throws -> [LicenceIdentifier] {
        var table = try LicenceTable(
            contentsOf: DemonstrationFiles.licences, rules: try DemonstrationFiles.rules(.issue))
        return Array(try table.readAll().rows.prefix(count).map(\.identifier))
    }

    @Test func saltsAreMadeOnceAndFoundAgain() throws {
        var generator = SeededGenerator(seed: 35)
        let identifiers = try identifiers(5)
        let first = try LicenceSaltsStore(url).salts(of: Array(identifiers.prefix(3)), using: &generator)
        let again = try LicenceSaltsStore(url)
        let all = try again.salts(of: identifiers, using: &generator)
        #expect(Array(all.prefix(3)) == first)
        #expect(Set(all.flatMap(\.salts)).count == 5 * LicenceMetadata.names.count)
        #expect(all.map(\.identifier) == identifiers)
        #expect(try again.salts(of: identifiers[4]) == all[4])
    }

    @Test func onlyTheirOwnerReadsThem() throws {
        var generator = SeededGenerator(seed: 36)
        _ = try LicenceSaltsStore(url).salts(of: try identifiers(1), using: &generator)
        let manager = FileManager.default
        #expect(try manager.attributesOfItem(atPath: url.path)[.posixPermissions] as? Int == 0o700)
        for name in try manager.contentsOfDirectory(atPath: url.path) {
            let attributes = try manager.attributesOfItem(atPath: url.appending(path: name).path)
            #expect(attributes[.posixPermissions] as? Int == 0o600, "\(name)")
        }
    }

    @Test func whatIsRemovedIsNotInTheFileAnyMore() throws {
        var generator = SeededGenerator(seed: 37)
        let identifiers = try identifiers(2)
        let store = try LicenceSaltsStore(url)
        let salts = try store.salts(of: identifiers, using: &generator)
        #expect(try store.removeAll(of: LicenceKey(identifiers[0])) == 1)
        #expect(try store.removeAll(of: LicenceKey(identifiers[0])) == 0)
        #expect(throws: LicenceError(.wrongSalts, "")) { try store.salts(of: identifiers[0]) }
        #expect(try store.salts(of: identifiers[1]) == salts[1])
        let file = try Data(contentsOf: url.appending(path: "salts.sqlite"))
        #expect(file.range(of: Data(salts[0].salts[0].bytes)) == nil)
        #expect(file.range(of: Data(salts[1].salts[0].bytes)) != nil)
    }

    @Test func saltsOfTheWrongLengthAreToldNotUsed() throws {
        var generator = SeededGenerator(seed: 38)
        let identifiers = try identifiers(1)
        _ = try LicenceSaltsStore(url).salts(of: identifiers, using: &generator)
        let queue = try DatabaseQueue(path: url.appending(path: "salts.sqlite").path)
        try queue.write { try $0.execute(sql: "UPDATE salts SET salts = x'00'") }
        let store = try LicenceSaltsStore(url)
        #expect(throws: LicenceError(.wrongSalts, "")) { try store.salts(of: identifiers[0]) }
        #expect(throws: LicenceError(.wrongSalts, "")) { try store.salts(of: identifiers, using: &generator) }
    }

    @Test func anotherDatabaseIsRefused() throws {
        try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true)
        let queue = try DatabaseQueue(path: url.appending(path: "salts.sqlite").path)
        try queue.write { try $0.execute(sql: "CREATE TABLE other (a)") }
        #expect(throws: LicenceError(.wrongSalts, "")) { try LicenceSaltsStore(url) }
    }

    @Test func aStoreThatIsOnlyReadIsNotMade() {
        #expect(throws: LicenceError(.unreadableFile, "")) { try LicenceSaltsStore(url, isMade: false) }
        #expect(!FileManager.default.fileExists(atPath: url.path))
    }
}
