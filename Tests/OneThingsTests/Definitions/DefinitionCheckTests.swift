import Foundation
import Identity
import Licences
import OneThings
import Testing

/// What cannot be carried out, or gives somebody what they have no need of, does not come on the ledger.
@Suite("The check of definitions")
struct DefinitionCheckTests {
    @Test func aMatterThatNoProgramKnowsIsReadAndHasNothingWrong() throws {
        #expect(try DefinitionFiles.newborn().matter == Label("newborn"))
    }

    @Test(arguments: [
        DefinitionChange(.unknownName, "lead", (#""lead": "hospital""#, #""lead": "clinic""#)),
        DefinitionChange(
            .unknownName, "steps.household.role",
            (#""household", "role": "police""#, #""household", "role": "guard""#)),
        DefinitionChange(.unknownName, "steps.insurance.after", (#""after": ["notice"]"#, #""after": ["note"]"#)),
        DefinitionChange(
            .unknownName, "steps.card.needs", (#""needs": ["bank-card", "policy"]"#, #""needs": ["money", "policy"]"#)),
        DefinitionChange(
            .unknownName, "intake.bank-card.when", (#""bank-card", "when": "card""#, #""bank-card", "when": "cards""#)),
        DefinitionChange(
            .unknownName, "steps.notice.window.reasons", (#""reasons": ["DISPUTE"]"#, #""reasons": ["OTHER"]"#)),
        DefinitionChange(
            .unknownName, "steps.notice.window.objectors", (#""objectors": ["insurer"]"#, #""objectors": ["court"]"#)),
        DefinitionChange(
            .unknownName, "steps.household.limits.lapses", (#""lapses": "lapsed""#, #""lapses": "late""#)),
        DefinitionChange(
            .unknownName, "steps.household.answers.refused.ends",
            (#""ends": "refused", "title""#, #""ends": "no", "title""#)),
        DefinitionChange(
            .unknownName, "materials.certificate.contains",
            (#""contains": ["child-name", "mother-ref"]"#, #""contains": ["father"]"#)),
        DefinitionChange(.unknownName, "bindingStep", (#""bindingStep": "household""#, #""bindingStep": "home""#)),
    ])
    func aNameThatNothingHasIsFound(change: DefinitionChange) { change.expectToBeFound() }

    @Test(arguments: [
        DefinitionChange(.doubleName, "steps", (#""name": "card", "role""#, #""name": "notice", "role""#)),
        DefinitionChange(
            .doubleName, "fields and materials", (#""fields": ["#, #""fields": [\#(field("certificate")),"#)),
        DefinitionChange(
            .doubleName, "roles", (#""name": "insurer", "department""#, #""name": "police", "department""#),
            (#""for": ["police", "insurer"]"#, #""for": ["police"]"#), (#""for": ["insurer"]"#, #""for": []"#),
            (#""for": ["insurer"]"#, #""for": []"#), (#""objectors": ["insurer"]"#, #""objectors": ["police"]"#),
            (#""insurance", "role": "insurer""#, #""insurance", "role": "police""#),
            (#""card", "role": "insurer""#, #""card", "role": "police""#)),
        DefinitionChange(.doubleName, "reasons", (#""code": "UNCLEAR""#, #""code": "DISPUTE""#)),
        DefinitionChange(
            .doubleName, "ends.withdrawn",
            (#""ends": ["#, #""ends": [{ "name": "withdrawn", "title": { "chinese": "甲", "english": "a" } },"#)),
        DefinitionChange(.doubleName, "excludes", (#""excludes": ["adoption"]"#, #""excludes": ["newborn"]"#)),
        DefinitionChange(
            .doubleName, "steps.card.needs", (#""needs": ["bank-card", "policy"]"#, #""needs": ["policy", "policy"]"#)),
        DefinitionChange(
            .doubleName, "fields.child-name.for",
            (#""for": ["police", "insurer"]"#, #""for": ["police", "police"]"#)),
        DefinitionChange(
            .doubleName, "steps.notice.window.reasons",
            (#""reasons": ["DISPUTE"]"#, #""reasons": ["DISPUTE", "DISPUTE"]"#)),
    ])
    func twoThingsOfOneNameAreFound(change: DefinitionChange) { change.expectToBeFound() }

    @Test(arguments: [
        DefinitionChange(.wrongText, "basis", (#""basis": "国办函〔2024〕53号""#, #""basis": """#)),
        DefinitionChange(.wrongText, "fields.mother-ref.title.english", (#""english": "Mother""#, #""english": """#)),
        DefinitionChange(
            .wrongText, "fields.mother-ref.title.english",
            (#""english": "Mother""#, "\"english\": \"\(String(repeating: "m", count: 193))\"")),
        DefinitionChange(.wrongText, "", (#""english": "Mother""#, #""english": "650102199001011239""#)),
        DefinitionChange(.wrongText, "steps.insurance.attempts", (#""attempts": 2"#, #""attempts": 10"#)),
        DefinitionChange(.wrongText, "steps.insurance.attempts", (#""attempts": 2"#, #""attempts": 0"#)),
        DefinitionChange(.wrongText, "version", (#""version": 1"#, #""version": 0"#)),
        DefinitionChange(
            .wrongText, "roles",
            (
                #""roles": ["#,
                (0...29).reduce(#""roles": ["#) {
                    $0 + #"{ "name": "r\#($1)", "department": "d", "title": { "chinese": "甲", "english": "a" } },"#
                }
            )),
    ])
    func aTextANumberOrAListThatDoesNotFitIsFound(change: DefinitionChange) { change.expectToBeFound() }

    /// A definition may be longer than any entry about a licence, and is looked at all the same.
    @Test func personalDataAtTheEndOfALongDefinitionIsFound() {
        let filler = String(repeating: "t", count: 190)
        let reasons = (0..<60).map { #"{ "code": "R\#($0)", "title": { "chinese": "\#(filler)", "english": "x" } }"# }
        let long = (#""reasons": ["#, #""reasons": [\#(reasons.joined(separator: ",")),"#)
        let mobile = (#""english": "Dispute""#, #""english": "13899990000""#)
        #expect(DefinitionChange(.wrongText, "", long).problems().isEmpty)
        DefinitionChange(.wrongText, "", long, mobile).expectToBeFound()
    }

    @Test(arguments: [
        DefinitionChange(
            .loop, "steps.household.after",
            (#""name": "household", "role""#, #""name": "household", "after": ["insurance"], "role""#)),
        DefinitionChange(
            .loop, "steps.notice.window.back", (#""back": "household", "lift""#, #""back": "insurance", "lift""#)),
        DefinitionChange(
            .loop, "steps.insurance.answers.anew.back",
            (
                #"{ "name": "insured""#,
                #"{ "name": "anew", "back": "card", "title": { "chinese": "甲", "english": "a" } }, { "name": "insured""#
            )),
        DefinitionChange(.loop, "steps.insurance.attempts", (#""attempts": 2"#, #""attempts": 8"#)),
    ])
    func whatGoesInCirclesIsFound(change: DefinitionChange) { change.expectToBeFound() }

    @Test func aLoopIsToldStepByStep() throws {
        let change = DefinitionChange(
            .loop, "", (#""name": "household", "role""#, #""name": "household", "after": ["insurance"], "role""#))
        let message = try #require(change.problems().first?.message)
        #expect(message.english.contains("household → notice → insurance → household"))
        #expect(message.chinese.contains("household → notice → insurance → household"))
    }

    @Test(arguments: [
        DefinitionChange(
            .cannotEnd, "steps.household.answers",
            (#"{ "name": "registered", "title": { "chinese": "已登记", "english": "Registered" } },"#, "")),
        DefinitionChange(
            .cannotEnd, "steps.card.answers",
            (#""answers": [{ "name": "made", "title": { "chinese": "已制卡", "english": "Made" } }],"#, "")),
        DefinitionChange(.cannotEnd, "steps.notice.window.back", (#""attempts": 3"#, #""attempts": 1"#)),
    ])
    func whatNeverEndsIsFound(change: DefinitionChange) { change.expectToBeFound() }

    @Test func aCaseThatCouldHaveNoStepIsFound() {
        let found = DefinitionChange(
            .cannotEnd, "steps", (#""household", "role""#, #""household", "when": "card", "role""#),
            (#""after": ["household"]"#, #""after": ["household"], "when": "card""#),
            (#""after": ["notice"]"#, #""after": ["notice"], "when": "card""#)
        ).problems()
        #expect(found.contains { $0.rule == .cannotEnd && $0.place == "steps" }, "\(found)")
    }

    @Test(arguments: [
        DefinitionChange(
            .unreachable, "steps.card", (#""when": "card", "needs""#, #""when": "card", "unless": "card", "needs""#)),
        DefinitionChange(
            .unreachable, "ends.lapsed", (#""lapses": "lapsed","#, ""),
            (#""lapsesUnsupplemented": "lapsed","#, #""lapsesUnsupplemented": "refused","#)),
        DefinitionChange(
            .unreachable, "steps.notice.window.back",
            (#""household", "role""#, #""household", "when": "card", "role""#),
            (#", "register-number"]"#, "]"),
            (#""after": ["household"]"#, #""after": ["household"], "unless": "card""#)),
    ])
    func whatNothingLeadsToIsFound(change: DefinitionChange) { change.expectToBeFound() }

    static func field(_ name: String, for roles: String = "") -> String {
        #"{ "name": "\#(name)", "for": [\#(roles)], "title": { "chinese": "甲", "english": "a" } }"#
    }
}
