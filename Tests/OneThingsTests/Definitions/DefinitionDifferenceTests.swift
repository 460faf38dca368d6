import Formats
import Identity
import OneThings
import Testing

/// Whoever approves a definition sees what it changes, and who would get to see more.
@Suite("Differences of definitions")
struct DefinitionDifferenceTests {
    private func difference(_ edits: (old: String, new: String)...) throws -> DefinitionDifference {
        var text = DefinitionFiles.newbornText
        for edit in edits {
            #expect(text.contains(edit.old))
            text = text.replacing(edit.old, with: edit.new, maxReplacements: 1)
        }
        return try DefinitionDifference(
            from: DefinitionFiles.newborn(), to: DefinitionFile(Array(text.utf8)).definition())
    }

    private func names(_ access: [DefinitionDifference.Access]) -> [String] {
        access.map { "\($0.role?.rawValue ?? "everybody")/\($0.department?.rawValue ?? "")/\($0.item)" }
    }

    @Test func nothingDiffersFromItself() throws {
        let same = try difference()
        #expect(same.newAccess.isEmpty && same.lostAccess.isEmpty && same.changes.isEmpty)
    }

    @Test func aRoleThatGetsAFurtherDatumIsNamedWithIt() throws {
        let more = try difference(
            (#""for": ["police"]"#, #""for": ["police", "insurer"]"#),
            (
                #""needs": ["child-name", "register-number"]"#,
                #""needs": ["child-name", "mother-ref", "register-number"]"#
            ))
        #expect(names(more.newAccess) == ["insurer/hrss/mother-ref"])
        #expect(more.newAccess.first?.title.chinese == "母亲")
        #expect(more.lostAccess.isEmpty)
        #expect(
            more.changes.contains { $0.place == "steps.insurance.needs" && $0.new == "mother-ref" && $0.old == nil })
    }

    @Test func aPaperBringsWhatCanBeReadInIt() throws {
        let more = try difference(
            (#""for": ["police"]"#, #""for": ["police", "insurer"]"#),
            (#""needs": ["child-name", "register-number"]"#, #""needs": ["certificate", "register-number"]"#))
        #expect(names(more.newAccess) == ["insurer/hrss/certificate", "insurer/hrss/mother-ref"])
    }

    @Test func anotherDepartmentForARoleGetsAllThatTheRoleGets() throws {
        let moved = try difference((#""department": "hrss""#, #""department": "data""#))
        #expect(names(moved.newAccess) == ["insurer/data/bank-card", "insurer/data/child-name", "insurer/data/policy"])
        #expect(
            names(moved.lostAccess) == ["insurer/hrss/bank-card", "insurer/hrss/child-name", "insurer/hrss/policy"])
        #expect(moved.changes == [.init(place: "roles.insurer.department", old: "hrss", new: "data")])
    }

    @Test func whatComesOnTheLedgerIsForEverybody() throws {
        let open = try difference(
            (#"{ "name": "policy", "for": ["insurer"]"#, #"{ "name": "policy", "isOnLedger": true"#))
        #expect(names(open.newAccess) == ["everybody//policy"])
        #expect(names(open.lostAccess) == ["insurer/hrss/policy"])
    }

    @Test func whatIsHandedInIsSeenByTheLead() throws {
        let more = try difference(
            (#""fields": ["#, #""fields": [\#(DefinitionCheckTests.field("colour", for: #""police""#)),"#),
            (#""intake": ["#, #""intake": [{ "item": "colour" },"#),
            (#""needs": ["child-name", "mother-ref""#, #""needs": ["colour", "child-name", "mother-ref""#))
        #expect(names(more.newAccess) == ["hospital/health/colour", "police/justice/colour"])
    }

    @Test func stepsAndLimitsThatComeGoOrChangeAreTold() throws {
        let changed = try difference(
            (#""answer": "5 calendarDays""#, #""answer": "30 seconds""#),
            (#""name": "made""#, #""name": "printed""#),
            (#""lapses": "lapsed","#, ""))
        #expect(
            changed.changes.map(\.place) == [
                "steps.household.limits.lapses", "steps.notice.limits.answer", "steps.card.answers.made",
                "steps.card.answers.printed",
            ])
        #expect(changed.changes[0] == .init(place: "steps.household.limits.lapses", old: "lapsed", new: nil))
        #expect(
            changed.changes[1]
                == .init(place: "steps.notice.limits.answer", old: "5 calendarDays", new: "30 seconds"))
        #expect(changed.changes[2].new == nil && changed.changes[3].old == nil)
    }

    @Test func anotherOrderIsADifferenceToo() throws {
        let turned = try difference((#""needs": ["bank-card", "policy"]"#, #""needs": ["policy", "bank-card"]"#))
        #expect(
            turned.changes == [.init(place: "steps.card.needs", old: "bank-card, policy", new: "policy, bank-card")])
    }

    @Test func aFirstDefinitionIsAllNew() throws {
        let first = try DefinitionDifference(from: nil, to: DefinitionFiles.newborn())
        #expect(first.lostAccess.isEmpty)
        #expect(names(first.newAccess).contains("police/justice/mother-ref"))
        #expect(first.changes.allSatisfy { $0.old == nil })
        #expect(first.changes.contains { $0.place == "steps.card" })
    }

    /// The national rule against the tender's: what an approver reads before approving it.
    @Test func theNationalRuleGivesNobodyMoreAndLetsObjectionsBeLifted() throws {
        let difference = try DefinitionDifference(
            from: DefinitionFiles.definition("simple-deregistration"),
            to: DefinitionFiles.definition("simple-deregistration-national"))
        #expect(difference.newAccess.isEmpty && difference.lostAccess.isEmpty)
        #expect(
            difference.changes.contains { $0.place == "steps.objections.window.lift" && $0.new == "60 calendarDays" })
        #expect(difference.changes.contains { $0.place == "version" && $0.old == "1" && $0.new == "2" })
    }
}
