import Foundation
import Licences
import OneThings
import Testing

/// Who gets what, with which clocks, and what a step may be.
@Suite("The check of definitions: access, clocks and steps")
struct DefinitionAccessTests {
    @Test(arguments: [
        // Asked for directly.
        DefinitionChange(
            .leak, "steps.insurance.needs",
            (
                #""needs": ["child-name", "register-number"]"#,
                #""needs": ["child-name", "mother-ref", "register-number"]"#
            )),
        // Read in a paper.
        DefinitionChange(
            .leak, "steps.insurance.needs",
            (#""needs": ["child-name", "register-number"]"#, #""needs": ["certificate", "register-number"]"#)),
    ])
    func aDatumThatADutyDoesNotNeedIsFound(change: DefinitionChange) {
        change.expectToBeFound()
        #expect(change.problems().allSatisfy { $0.message.english.contains("'mother-ref'") })
    }

    @Test(arguments: [
        DefinitionChange(.excess, "fields.mother-ref.for", (#""for": ["police"]"#, #""for": ["police", "insurer"]"#)),
        DefinitionChange(
            .excess, "fields.register-number.for", (#""isOnLedger": true"#, #""isOnLedger": true, "for": ["police"]"#)),
        DefinitionChange(
            .excess, "intake.colour", (#""fields": ["#, #""fields": [\#(DefinitionCheckTests.field("colour")),"#),
            (#""intake": ["#, #""intake": [{ "item": "colour" },"#)),
    ])
    func whatNobodyNeedsIsFound(change: DefinitionChange) { change.expectToBeFound() }

    @Test(arguments: [
        // Returned by nobody and not handed in.
        DefinitionChange(
            .missingInput, "colour", (#""fields": ["#, #""fields": [\#(DefinitionCheckTests.field("colour")),"#)),
        // Handed in with an option that the step does without.
        DefinitionChange(
            .missingInput, "steps.household.needs",
            (#"{ "item": "mother-ref" }"#, #"{ "item": "mother-ref", "when": "card" }"#)),
        // Returned by a step that the lead may do without.
        DefinitionChange(
            .missingInput, "steps.card.needs",
            (#""limits": { "answer": "1 hours" }"#, #""limits": {}, "isWaivable": true"#)),
        // Returned by a step that comes at the same time.
        DefinitionChange(.missingInput, "steps.card.needs", (#""after": ["insurance"]"#, #""after": ["notice"]"#)),
        // Returned by a step before one that is left out, and holds nobody up then.
        DefinitionChange(
            .missingInput, "steps.insurance.needs",
            (#""after": ["household"]"#, #""after": ["household"], "when": "card""#)),
    ])
    func whatIsNotThereByThenIsFound(change: DefinitionChange) { change.expectToBeFound() }

    @Test(arguments: [
        DefinitionChange(.wrongClock, "steps.household.limits.amber", (#""amber": "2 w"#, #""amber": "3 w"#)),
        DefinitionChange(
            .wrongClock, "steps.household.limits.acknowledge",
            (
                #""acknowledge": "4 hours""#,
                #""acknowledge": "40 hours","#
                    + #" "comment": "a week of five days has more""#
            ), (#""answer": "3 workingDays""#, #""answer": "1 workingDays""#),
            (#""amber": "2 workingDays","#, "")),
        DefinitionChange(
            .wrongClock, "steps.household.limits.extended", (#""extended": "5 w"#, #""extended": "3 w"#)),
        DefinitionChange(
            .wrongClock, "steps.household.limits.extended",
            (#""extended": "5 workingDays""#, #""extended": "9 calendarDays""#)),
        DefinitionChange(
            .wrongClock, "steps.card.limits.lapses", (#""limits": {}"#, #""limits": { "lapses": "lapsed" }"#)),
        DefinitionChange(
            .wrongClock, "steps.household.limits.supplement", (#""lapsesUnsupplemented": "lapsed","#, "")),
        DefinitionChange(
            .wrongClock, "steps.notice.limits", (#""limits": { "answer": "5 calendarDays" }"#, #""limits": {}"#)),
        DefinitionChange(
            .wrongClock, "steps.notice.limits",
            (#""answer": "5 calendarDays""#, #""answer": "5 calendarDays", "acknowledge": "1 hours""#)),
        DefinitionChange(
            .wrongClock, "steps.notice.limits",
            (#""answer": "5 calendarDays""#, #""answer": "5 calendarDays", "lapses": "lapsed""#)),
        DefinitionChange(.wrongClock, "steps.notice.window", (#", "lift": "7 calendarDays""#, "")),
    ])
    func clocksThatContradictEachOtherAreFound(change: DefinitionChange) { change.expectToBeFound() }

    @Test(arguments: [
        DefinitionChange(
            .contradiction, "steps.notice", (#""after": ["household"]"#, #""after": ["household"], "isWaivable": true"#)
        ),
        DefinitionChange(
            .contradiction, "steps.notice",
            (#""after": ["household"]"#, #""after": ["household"], "isCompensated": true"#)),
        DefinitionChange(
            .contradiction, "steps.notice.window", (#""objectors": ["insurer"], "isPublic": true"#, #""objectors": []"#)
        ),
        DefinitionChange(
            .contradiction, "steps.notice.window.reasons", (#""reasons": ["DISPUTE"]"#, #""reasons": []"#)),
        DefinitionChange(
            .contradiction, "steps.household.answers.refused",
            (#""name": "refused", "ends""#, #""name": "refused", "back": "household", "ends""#)),
        DefinitionChange(
            .contradiction, "steps.card", (#""lead": "hospital""#, #""lead": "insurer""#)),
        DefinitionChange(
            .contradiction, "steps.insurance.effect", (#""attempts": 2"#, #""attempts": 2, \#(effect("cancels"))"#)),
        DefinitionChange(
            .contradiction, "steps.card", (#""attempts": 1, "isW"#, #""attempts": 1, \#(effect("issues")), "isW"#)),
        DefinitionChange(
            .contradiction, "steps.insurance.returns",
            (#""returns": ["policy"]"#, #""returns": ["policy", "register-number"]"#),
            (#""returns": ["register-number"],"#, "")),
        DefinitionChange(
            .contradiction, "policy", (#""intake": ["#, #""intake": [{ "item": "policy" },"#)),
        DefinitionChange(
            .contradiction, "materials.certificate.contains",
            (#""contains": ["child-name""#, #""contains": ["register-number", "child-name""#)),
    ])
    func partsThatCannotStandBesideEachOtherAreFound(change: DefinitionChange) {
        let found = change.problems()
        #expect(found.contains { $0.rule == change.rule && $0.place == change.place }, "\(found)")
    }

    @Test func twoEffectsOfOneKindInOneCaseAreFoundAndOnesThatExcludeEachOtherAreNot() {
        let first = (#""attempts": 2"#, #""attempts": 2, \#(Self.effect("issues"))"#)
        let last = (#""attempts": 1, "isWaivable": true"#, #""attempts": 1, \#(Self.effect("issues"))"#)
        DefinitionChange(.contradiction, "steps.card.effect", first, last).expectToBeFound()
        let other = (#""after": ["notice"]"#, #""after": ["notice"], "unless": "card""#)
        let apart = DefinitionChange(
            .contradiction, "", first, last, other, (#""needs": ["bank-card", "policy"]"#, #""needs": ["bank-card"]"#),
            (#"{ "name": "policy", "for": ["insurer"]"#, #"{ "name": "policy""#))
        #expect(apart.problems().isEmpty, "\(apart.problems())")
    }

    @Test func aWayBackOverAnEffectIsFound() {
        DefinitionChange(
            .contradiction, "steps.notice", (#""attempts": 3"#, #""attempts": 3, \#(Self.effect("issues"))"#)
        ).expectToBeFound()
    }

    private static func effect(_ what: String) -> String {
        #""effect": { "kind": "\#(what)Licence", "type": "11100000MB0143028R001" }"#
    }
}
