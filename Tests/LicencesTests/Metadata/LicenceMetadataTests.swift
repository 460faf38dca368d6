import Formats
import Foundation
import Identity
import Licences
import Testing

@Suite struct LicenceMetadataTests {
    private let suite = CryptoSuiteIdentifier.p256.suite

    private func rows(_ count: Int) throws -> [LicenceRow] {
        var table = try LicenceTable(
            contentsOf: DemonstrationFiles.licences, rules: try DemonstrationFiles.rules(.issue)
        )
        return Array(try table.readAll().rows.prefix(count))
    }

    @Test func leavesAreDERWithTheFieldsApart() throws {
        let salt = try #require(LicenceSalt(Array(0..<16)))
        let leaf = LicenceField(name: .issuedOn, value: "20260101").leaf(salt: salt)
        #expect(
            leaf.hexadecimal == "3027" + "0410000102030405060708090a0b0c0d0e0f" + "0c096973737565645f6f6e"
                + "0c083230323630313031")
    }

    @Test func rootIsTheMerkleRootOverTheLeaves() throws {
        var generator = SeededGenerator(seed: 31)
        let metadata = LicenceMetadata(try rows(1)[0])
        let salts = LicenceSalts(identifier: metadata.identifier, using: &generator)
        let leaves = zip(metadata.fields, salts.salts).map { $0.leaf(salt: $1) }
        #expect(try metadata.root(salts: salts, suite: suite) == MerkleTree(leaves: leaves, suite: suite).root)
        #expect(metadata.fields.map(\.name) == LicenceMetadata.names)
        #expect(!metadata.fields.map(\.name).contains(.file))
    }

    @Test func rootChangesWithEachValueAndEachSalt() throws {
        var generator = SeededGenerator(seed: 32)
        let metadata = try rows(40).map(LicenceMetadata.init)
        let roots = try metadata.flatMap { each in
            try (0..<3).map { _ in
                try each.root(salts: LicenceSalts(identifier: each.identifier, using: &generator), suite: suite)
            }
        }
        #expect(Set(roots).count == 120)
    }

    @Test func aFieldIsProvenAloneAndNothingElseInItsPlace() throws {
        var generator = SeededGenerator(seed: 33)
        let metadata = LicenceMetadata(try rows(1)[0])
        let salts = LicenceSalts(identifier: metadata.identifier, using: &generator)
        let root = try metadata.root(salts: salts, suite: suite)
        for name in LicenceMetadata.names {
            let shown = try #require(try metadata.disclosure(of: name, salts: salts, suite: suite))
            #expect(shown.isProven(by: root, suite: suite))
            #expect(!shown.isProven(by: .zero, suite: suite))
            let forged = LicenceField(name: name, value: shown.field.value + "0")
            #expect(
                !LicenceFieldDisclosure(field: forged, salt: shown.salt, path: shown.path).isProven(
                    by: root, suite: suite))
            let other = LicenceMetadata.names.first { $0 != name } ?? name
            let moved = LicenceField(name: other, value: shown.field.value)
            #expect(
                !LicenceFieldDisclosure(field: moved, salt: shown.salt, path: shown.path).isProven(
                    by: root, suite: suite))
            let salt = LicenceSalt(using: &generator)
            #expect(
                !LicenceFieldDisclosure(field: shown.field, salt: salt, path: shown.path).isProven(
                    by: root, suite: suite))
        }
        #expect(try metadata.disclosure(of: .file, salts: salts, suite: suite) == nil)
    }

    @Test func saltsOfAnotherLicenceAreRefused() throws {
        var generator = SeededGenerator(seed: 34)
        let metadata = try rows(2).map(LicenceMetadata.init)
        let salts = LicenceSalts(identifier: metadata[1].identifier, using: &generator)
        #expect(throws: LicenceError(.wrongSalts, "")) { try metadata[0].root(salts: salts, suite: suite) }
    }

    @Test func nothingOfAFieldOrASaltIsPrinted() throws {
        var generator = SeededGenerator(seed: 36)
        let metadata = LicenceMetadata(try rows(1)[0])
        let salts = LicenceSalts(identifier: metadata.identifier, using: &generator)
        let holder = try #require(metadata.fields.first { $0.name == .holderCode })
        for shown in ["\(metadata)", "\(metadata.fields)", "\(salts)", "\(salts.salts)"] {
            #expect(!shown.contains(holder.value))
        }
    }
}
