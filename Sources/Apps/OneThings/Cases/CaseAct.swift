public import Formats
public import Identity
public import Licences
public import SwiftASN1

/// What a department does in a case. Which members an act has depends on its kind: the functions that make acts say.
///
/// An act on a step names the attempt that it is about, so that one which was meant for an attempt that is over does
/// nothing: (case, step, attempt) is the key under which a handoff is carried out once.
public struct CaseAct: DERSequence, Hashable {
    public enum Kind: Int64, NumberedName {
        case acknowledge = 0
        case answer = 1
        case giveBack = 2
        case ask = 3
        case supply = 4
        case suspend = 5
        case resume = 6
        case push = 7
        case waive = 8
        case extend = 9
        case consent = 10
        case object = 11
        case lift = 12
        case withdraw = 13
        case annul = 14
        case compensate = 15
        case rate = 16
        case archive = 17

        /// Whether the act is about one step.
        var isAboutStep: Bool {
            switch self {
            case .withdraw, .annul, .rate, .archive: false
            default: true
            }
        }
    }

    public let kind: Kind
    public private(set) var step: Label?
    public private(set) var attempt: Int64 = 0
    public private(set) var answer: Label?
    public private(set) var reason: ReasonCode?
    public private(set) var values: [CaseValue] = []
    public private(set) var content: CaseContent?
    public private(set) var licence: LicenceIdentifier?
    public private(set) var objector: HolderPseudonym?
    public private(set) var evidence: Digest?
    public private(set) var number: Int64?

    private init(_ kind: Kind, _ step: Label? = nil, attempt: Int64 = 0) {
        (self.kind, self.step, self.attempt) = (kind, step, attempt)
    }

    public init(fields: inout ASN1NodeCollection.Iterator) throws {
        kind = try fields.named()
        attempt = try fields.integer(in: 0...Int64(OneThingLimits.attemptCount))
        values = try fields.list(limit: OneThingLimits.fieldCount) { try CaseValue(derEncoded: &$0) }
        step = try fields.optional(tag: 0) { try $0.label() }
        answer = try fields.optional(tag: 1) { try $0.label() }
        reason = try fields.optional(tag: 2) { try $0.reason() }
        content = try fields.optional(tag: 3) { try CaseContent(derEncoded: &$0) }
        licence = try fields.optional(tag: 4) { try $0.domainText(limit: 256) }
        objector = try fields.optional(tag: 5) { try $0.pseudonym() }
        evidence = try fields.optional(tag: 6) { try $0.digest() }
        number = try fields.optional(tag: 7) { try $0.integer(in: 0...Int64(OneThingLimits.objectionCount)) }
        try check()
    }

    public func serialize(fields: inout DER.Serializer) throws {
        try fields.serialize(kind)
        try fields.serialize(attempt)
        try fields.serialize(list: values) { try $0.serialize($1) }
        try fields.serialize(optional: step, tag: 0) { try $0.serialize($1) }
        try fields.serialize(optional: answer, tag: 1) { try $0.serialize($1) }
        try fields.serialize(optional: reason, tag: 2) { try $0.serialize(text: $1.text) }
        try fields.serialize(optional: content, tag: 3) { try $0.serialize($1) }
        try fields.serialize(optional: licence, tag: 4) { try $0.serialize(text: $1.text) }
        try fields.serialize(optional: objector, tag: 5) { try $0.serialize(octets: $1.bytes) }
        try fields.serialize(optional: evidence, tag: 6) { try $0.serialize($1) }
        try fields.serialize(optional: number, tag: 7) { try $0.serialize($1) }
    }

    /// That an act has the members of its kind and no others: one act has one spelling.
    private func check() throws(FormatError) {
        let hasReason = [.giveBack, .ask, .suspend, .waive, .object, .withdraw, .annul].contains(kind)
        let mayHaveReason = hasReason || kind == .answer
        let mayHaveContent = [.answer, .supply, .push].contains(kind)
        let isWhole =
            kind.isAboutStep == (step != nil) && kind.isAboutStep == (attempt > 0)
            && (kind == .answer) == (answer != nil)
            && (!hasReason || reason != nil) && (mayHaveReason || reason == nil)
            && (mayHaveContent || content == nil)
            && (kind == .answer || (values.isEmpty && licence == nil))
            && (kind == .object || objector == nil)
            && ([.object, .lift].contains(kind) || evidence == nil)
            && ([.lift, .rate].contains(kind) == (number != nil))
        guard isWhole else {
            throw FormatError(.outOfRange, "the act '\(kind)' lacks something, or has what another act has")
        }
    }
}

extension CaseAct {
    /// 签收: the department has the step in hand.
    public static func acknowledge(_ step: Label, attempt: Int64) -> CaseAct {
        CaseAct(.acknowledge, step, attempt: attempt)
    }

    /// 办理结果. An answer that settles its step brings what the step returns, and no other brings anything.
    /// - Parameters:
    ///   - values: those that the step returns for the ledger.
    ///   - content: the others, as the department keeps them.
    ///   - licence: the one that the step issues, which is issued in the same transaction.
    public static func answer(
        _ step: Label, attempt: Int64, _ answer: Label, values: [CaseValue] = [], content: CaseContent? = nil,
        licence: LicenceIdentifier? = nil, reason: ReasonCode? = nil
    ) -> CaseAct {
        var act = CaseAct(.answer, step, attempt: attempt)
        (act.answer, act.values, act.content) = (answer, values, content)
        (act.licence, act.reason) = (licence, reason)
        return act
    }

    /// 退回: the step cannot be done with what was handed over; the lead mends that and pushes it again.
    public static func giveBack(_ step: Label, attempt: Int64, _ reason: ReasonCode) -> CaseAct {
        because(.giveBack, step, attempt, reason)
    }

    /// 要求补正: the department asks the applicant, through the lead; its clock stands until that is there.
    public static func ask(_ step: Label, attempt: Int64, _ reason: ReasonCode) -> CaseAct {
        because(.ask, step, attempt, reason)
    }

    /// 补正: the lead brings what a department has asked for.
    public static func supply(_ step: Label, attempt: Int64, _ content: CaseContent?) -> CaseAct {
        var act = CaseAct(.supply, step, attempt: attempt)
        act.content = content
        return act
    }

    /// 中止
    public static func suspend(_ step: Label, attempt: Int64, _ reason: ReasonCode) -> CaseAct {
        because(.suspend, step, attempt, reason)
    }

    /// 恢复
    public static func resume(_ step: Label, attempt: Int64) -> CaseAct { CaseAct(.resume, step, attempt: attempt) }

    /// 重新推送: the lead hands a step that was returned over anew, with what was mended.
    public static func push(_ step: Label, attempt: Int64, _ content: CaseContent? = nil) -> CaseAct {
        var act = CaseAct(.push, step, attempt: attempt)
        act.content = content
        return act
    }

    /// 免办: the lead does without the step.
    public static func waive(_ step: Label, attempt: Int64, _ reason: ReasonCode) -> CaseAct {
        because(.waive, step, attempt, reason)
    }

    /// 延长: the limit of the answer becomes the extended one.
    public static func extend(_ step: Label, attempt: Int64) -> CaseAct { CaseAct(.extend, step, attempt: attempt) }

    /// 无异议
    public static func consent(_ step: Label, attempt: Int64) -> CaseAct { CaseAct(.consent, step, attempt: attempt) }

    /// 异议: of the department itself, or of somebody whose objection it takes in.
    public static func object(
        _ step: Label, attempt: Int64, _ reason: ReasonCode, for objector: HolderPseudonym? = nil,
        evidence: Digest? = nil
    ) -> CaseAct {
        var act = because(.object, step, attempt, reason)
        (act.objector, act.evidence) = (objector, evidence)
        return act
    }

    /// 撤回异议: by the department that lodged it.
    /// - Parameter number: the objection's place among those of the step, from 0.
    public static func lift(_ step: Label, attempt: Int64, _ number: Int64, evidence: Digest? = nil) -> CaseAct {
        var act = CaseAct(.lift, step, attempt: attempt)
        (act.number, act.evidence) = (number, evidence)
        return act
    }

    /// 撤回: the applicant does not want it any more.
    public static func withdraw(_ reason: ReasonCode) -> CaseAct { because(.withdraw, nil, 0, reason) }

    /// 撤销: what was done is undone, department by department.
    public static func annul(_ reason: ReasonCode) -> CaseAct { because(.annul, nil, 0, reason) }

    /// 已补偿: the department has undone what it did.
    public static func compensate(_ step: Label, attempt: Int64) -> CaseAct {
        CaseAct(.compensate, step, attempt: attempt)
    }

    /// 评价: 1 to 5.
    public static func rate(_ grade: Int64) -> CaseAct {
        var act = CaseAct(.rate)
        act.number = grade
        return act
    }

    /// 归档
    public static let archive = CaseAct(.archive)

    private static func because(_ kind: Kind, _ step: Label?, _ attempt: Int64, _ reason: ReasonCode) -> CaseAct {
        var act = CaseAct(kind, step, attempt: attempt)
        act.reason = reason
        return act
    }
}
