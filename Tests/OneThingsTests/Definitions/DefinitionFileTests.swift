import Formats
import Foundation
import Identity
import Licences
import OneThings
import Testing

/// A definition's file is read strictly, and says where it is wrong.
@Suite("Files of definitions")
struct DefinitionFileTests {
    @Test(arguments: DefinitionFiles.shipped)
    func whatShipsHasNothingWrongAndFitsTheLedger(name: String) throws {
        let definition = try DefinitionFiles.definition(name)
        #expect(DefinitionCheck(definition).problems.isEmpty)
        #expect(definition.derBytes.count <= OneThingLimits.definitionByteCount)
        #expect(try OneThingDefinition(derBytes: definition.derBytes, limit: 1 << 20) == definition)
    }

    @Test(arguments: DefinitionFiles.shipped + ["newborn"])
    func whatIsExportedIsReadAgainAndAlwaysTheSame(name: String) throws {
        let definition = name == "newborn" ? try DefinitionFiles.newborn() : try DefinitionFiles.definition(name)
        let exported = try DefinitionFile.json(of: definition)
        let read = try DefinitionFile(exported).definition()
        #expect(read == definition)
        #expect(try DefinitionFile.json(of: read) == exported)
    }

    @Test(arguments: [
        DefinitionChange(.wrongFile, "leader", (#""lead": "hospital""#, #""lead": "hospital", "leader": []"#)),
        DefinitionChange(
            .wrongFile, "steps.household.limits.acknowlege", (#""acknowledge": "4 hours""#, #""acknowlege": "4 hours""#)
        ),
        DefinitionChange(
            .wrongFile, "fields.child-name.title.french",
            (#""english": "Name of the child""#, #""english": "Name of the child", "french": null"#)),
        DefinitionChange(
            .wrongFile, "intake.mother-ref.if",
            (#"{ "item": "mother-ref" }"#, #"{ "item": "mother-ref", "if": false }"#)),
    ])
    func aMemberThatNoDefinitionHasIsRefusedWithItsPlace(change: DefinitionChange) {
        change.expectToBeFound()
        #expect(change.problems().allSatisfy { $0.message.english.contains("there are ") })
    }

    @Test func commentsAndTheSchemaAreNotPartOfTheDefinition() throws {
        let change = DefinitionChange(
            .wrongFile, "", (#""lead": "hospital""#, #""$schema": "x", "comment": ["why"], "lead": "hospital""#),
            (#""limits": {}"#, #""limits": { "comment": "none" }"#))
        #expect(try DefinitionFile(Array(change.text.utf8)).definition() == DefinitionFiles.newborn())
    }

    @Test(arguments: [
        (
            DefinitionChange(
                .wrongFile, "steps.card.limits", (#""limits": {}, "attempts": 1"#, #""limits": 1, "attempts": 1"#)),
            "Dictionary"
        ),
        (DefinitionChange(.wrongFile, "steps.card", (#""limits": {}, "#, "")), "'limits' is missing"),
        (DefinitionChange(.wrongFile, "steps.insurance.limits.answer", (#""1 hours""#, #""1 hour""#)), "calendarDays"),
        (DefinitionChange(.wrongFile, "steps.insurance.limits.answer", (#""1 hours""#, #""0 hours""#)), "1 to 87840"),
        (
            DefinitionChange(.wrongFile, "subject", (#""subject": "holder""#, #""subject": "person""#)),
            "holder, licence"
        ),
        (
            DefinitionChange(.wrongFile, "lead", (#""lead": "hospital""#, #""lead": "The hospital""#)),
            "a-z, 0-9 and '-'"
        ),
        (DefinitionChange(.wrongFile, "reasons.unclear.code", (#""UNCLEAR""#, #""unclear""#)), "A-Z, 0-9 and '_'"),
        (DefinitionChange(.wrongFile, "", (#""version": 1,"#, #""version": 1"#)), "character"),
    ])
    func whatCannotBeReadIsRefusedWithItsPlaceAndWhatMayStandThere(change: DefinitionChange, allowed: String) {
        change.expectToBeFound()
        #expect(change.problems().allSatisfy { $0.message.english.contains(allowed) }, "\(change.problems())")
    }

    @Test func whatIsNoDefinitionAtAllIsRefused() {
        for bytes in [Array("[]".utf8), Array("".utf8), [0xFF, 0xFE], [UInt8](repeating: 32, count: 1 << 20)] {
            #expect(throws: DefinitionFileError.self) { try DefinitionFile(bytes) }
        }
    }

    @Test func everythingThatIsWrongIsToldAtOnce() {
        let change = DefinitionChange(
            .unknownName, "", (#""lead": "hospital""#, #""lead": "clinic""#),
            (#""english": "Mother""#, #""english": """#),
            (#""after": ["notice"]"#, #""after": ["note"]"#))
        #expect(
            change.problems().map(\.place) == ["fields.mother-ref.title.english", "lead", "steps.insurance.after"])
    }

    @Test func departmentsAndLimitsCanBeSetBeforeReading() throws {
        let (role, step) = try (#require(Label("insurer")), #require(Label("notice")))
        var file = try DefinitionFile(Array(DefinitionFiles.newbornText.utf8))
        try file.setDepartment(try #require(Label("data")), of: role)
        try file.setLimit(TimeLimit(30, .seconds), "answer", of: step)
        try file.setLimit(TimeLimit(1, .minutes), "lift", of: step)
        let changed = try file.definition()
        #expect(changed.role(role)?.department == Label("data"))
        #expect(changed.step(step)?.limits.answer == (try TimeLimit(30, .seconds)))
        #expect(changed.step(step)?.window?.lift == (try TimeLimit(1, .minutes)))
        #expect(changed.derBytes != (try DefinitionFiles.newborn()).derBytes)
    }

    @Test func whatIsNotThereCannotBeSet() throws {
        var file = try DefinitionFile(Array(DefinitionFiles.newbornText.utf8))
        let (card, other) = try (#require(Label("card")), #require(Label("other")))
        func places(_ body: (inout DefinitionFile) throws -> Void) throws -> [String] {
            do {
                try body(&file)
                return []
            } catch let error as DefinitionFileError {
                return error.problems.map(\.place)
            }
        }
        #expect(try places { try $0.setDepartment(card, of: other) } == ["roles"])
        #expect(try places { try $0.setLimit(TimeLimit(1, .hours), "answer", of: other) } == ["steps"])
        // A limit that the definition does not set is not brought in by the way.
        #expect(try places { try $0.setLimit(TimeLimit(1, .hours), "answer", of: card) } == ["steps.card.limits"])
        #expect(try places { try $0.setLimit(TimeLimit(1, .hours), "lapses", of: card) } == ["steps.card.limits"])
    }
}
