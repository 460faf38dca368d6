public import Formats
public import Identity
public import Licences
public import SwiftASN1

/// One step of a one-thing (环节): what one department does, when, with what, and where its answers lead.
public struct StepDefinition: DERSequence, Hashable, Codable {
    public let name: Label
    public let title: BilingualTitle
    /// Whose step it is.
    public let role: Label
    /// Steps that have to be settled, waived or left out before this one begins; none for a step that begins the case.
    @Listed public private(set) var after: [Label]
    /// The option without which the step is left out.
    public let when: Label?
    /// The option with which the step is left out.
    public let unless: Label?
    /// Data and papers that the department gets, and no others (按需共享).
    @Listed public private(set) var needs: [Label]
    /// Data and papers that an answer which settles the step brings.
    @Listed public private(set) var returns: [Label]
    /// What may be answered. A window has none: it ends by its clock.
    @Listed public private(set) var answers: [StepAnswer]
    /// Present where the step is a time in which others may object.
    public let window: WindowRule?
    public let limits: StepLimits
    /// How often the step can be done: once and again after a return or a way back, so that no case goes in circles.
    public let attempts: Int64
    /// Whether the lead may do without it (免办).
    @Marked public private(set) var isWaivable: Bool
    /// Whether its department has to undo what it did when the case is annulled (补偿).
    @Marked public private(set) var isCompensated: Bool
    /// What the step does to a licence, in the transaction of its answer.
    public let effect: StepEffect?

    public init(
        _ name: Label, _ title: BilingualTitle, role: Label, after: [Label] = [],
        condition: OptionCondition = .always, needs: [Label] = [], returns: [Label] = [], answers: [StepAnswer] = [],
        window: WindowRule? = nil, limits: StepLimits = StepLimits(), attempts: Int64 = 1, isWaivable: Bool = false,
        isCompensated: Bool = false, effect: StepEffect? = nil
    ) {
        (self.name, self.title, self.role) = (name, title, role)
        _after = Listed(wrappedValue: after)
        (when, unless) = (condition.when, condition.unless)
        _needs = Listed(wrappedValue: needs)
        _returns = Listed(wrappedValue: returns)
        _answers = Listed(wrappedValue: answers)
        (self.window, self.limits, self.attempts, self.effect) = (window, limits, attempts, effect)
        _isWaivable = Marked(wrappedValue: isWaivable)
        _isCompensated = Marked(wrappedValue: isCompensated)
    }

    public init(fields: inout ASN1NodeCollection.Iterator) throws {
        let items = OneThingLimits.fieldCount + OneThingLimits.materialCount
        self.init(
            try fields.label(), try BilingualTitle(derEncoded: &fields), role: try fields.label(),
            after: try fields.labels(limit: OneThingLimits.stepCount),
            condition: try OptionCondition(derEncoded: &fields),
            needs: try fields.labels(limit: items), returns: try fields.labels(limit: items),
            answers: try fields.list(limit: OneThingLimits.answerCount) { try StepAnswer(derEncoded: &$0) },
            window: try fields.optional(tag: 0) { try WindowRule(derEncoded: &$0) },
            limits: try StepLimits(derEncoded: &fields),
            attempts: try fields.integer(in: 1...Int64(OneThingLimits.attemptCount)),
            isWaivable: try Bool(derEncoded: &fields), isCompensated: try Bool(derEncoded: &fields),
            effect: try fields.optional(tag: 1) { try StepEffect(derEncoded: &$0) })
    }

    public func serialize(fields: inout DER.Serializer) throws {
        try fields.serialize(name)
        try fields.serialize(title)
        try fields.serialize(role)
        try fields.serialize(labels: after)
        try fields.serialize(condition)
        try fields.serialize(labels: needs)
        try fields.serialize(labels: returns)
        try fields.serialize(list: answers) { try $0.serialize($1) }
        try fields.serialize(optional: window, tag: 0) { try $0.serialize($1) }
        try fields.serialize(limits)
        try fields.serialize(attempts)
        try fields.serialize(isWaivable)
        try fields.serialize(isCompensated)
        try fields.serialize(optional: effect, tag: 1) { try $0.serialize($1) }
    }

    /// When the step is part of a case.
    public var condition: OptionCondition { OptionCondition(when: when, unless: unless) }

    public func answer(_ name: Label) -> StepAnswer? { answers.first { $0.name == name } }
}

/// What a department may answer (办理结果), and where it leads.
public struct StepAnswer: DERSequence, Hashable, Codable {
    public let name: Label
    public let title: BilingualTitle
    /// The end to which the answer brings the case.
    public let ends: Label?
    /// The step before this one that begins anew.
    public let back: Label?

    /// An answer that settles its step, unless it ends the case or goes back.
    public init(_ name: Label, _ title: BilingualTitle, ends: Label? = nil, back: Label? = nil) {
        (self.name, self.title, self.ends, self.back) = (name, title, ends, back)
    }

    public init(fields: inout ASN1NodeCollection.Iterator) throws {
        name = try fields.label()
        title = try BilingualTitle(derEncoded: &fields)
        ends = try fields.optional(tag: 0) { try $0.label() }
        back = try fields.optional(tag: 1) { try $0.label() }
    }

    public func serialize(fields: inout DER.Serializer) throws {
        try fields.serialize(name)
        try fields.serialize(title)
        try fields.serialize(optional: ends, tag: 0) { try $0.serialize($1) }
        try fields.serialize(optional: back, tag: 1) { try $0.serialize($1) }
    }

    public var settles: Bool { ends == nil && back == nil }
}

/// The clocks of a step (期限). Without a limit there is no such clock.
public struct StepLimits: DERSequence, Hashable, Codable {
    /// Within this the department acknowledges; afterwards the step is pushed again, and there is an alarm.
    public let acknowledge: TimeLimit?
    /// Within this it answers; of a window, how long it is open.
    public let answer: TimeLimit?
    /// From this on it shows as amber (临期).
    public let amber: TimeLimit?
    /// How long the limit of the answer may become when it is extended (延长), all together.
    public let extended: TimeLimit?
    /// The end of the case where no answer comes in time; without it, the step is overdue and stays open (超期).
    public let lapses: Label?
    /// How long the department may wait for what it has asked the applicant for, and the end of the case where it does
    /// not come (补正). Without it, the department cannot ask.
    public let supplement: TimeLimit?
    public let lapsesUnsupplemented: Label?
    /// How long the department may suspend the step (中止); it goes on by itself then. Without it, it cannot.
    public let suspension: TimeLimit?
    /// Whether the day counts on which the step begins.
    public let firstDay: CaseClock.FirstDay

    public init(
        acknowledge: TimeLimit? = nil, answer: TimeLimit? = nil, amber: TimeLimit? = nil, extended: TimeLimit? = nil,
        lapses: Label? = nil, supplement: TimeLimit? = nil, lapsesUnsupplemented: Label? = nil,
        suspension: TimeLimit? = nil, firstDay: CaseClock.FirstDay = .next
    ) {
        (self.acknowledge, self.answer, self.amber, self.extended) = (acknowledge, answer, amber, extended)
        (self.lapses, self.supplement, self.lapsesUnsupplemented) = (lapses, supplement, lapsesUnsupplemented)
        (self.suspension, self.firstDay) = (suspension, firstDay)
    }

    public init(fields: inout ASN1NodeCollection.Iterator) throws {
        acknowledge = try fields.optional(tag: 0) { try TimeLimit(derEncoded: &$0) }
        answer = try fields.optional(tag: 1) { try TimeLimit(derEncoded: &$0) }
        amber = try fields.optional(tag: 2) { try TimeLimit(derEncoded: &$0) }
        extended = try fields.optional(tag: 3) { try TimeLimit(derEncoded: &$0) }
        lapses = try fields.optional(tag: 4) { try $0.label() }
        supplement = try fields.optional(tag: 5) { try TimeLimit(derEncoded: &$0) }
        lapsesUnsupplemented = try fields.optional(tag: 6) { try $0.label() }
        suspension = try fields.optional(tag: 7) { try TimeLimit(derEncoded: &$0) }
        firstDay = try fields.named()
    }

    public func serialize(fields: inout DER.Serializer) throws {
        try fields.serialize(optional: acknowledge, tag: 0) { try $0.serialize($1) }
        try fields.serialize(optional: answer, tag: 1) { try $0.serialize($1) }
        try fields.serialize(optional: amber, tag: 2) { try $0.serialize($1) }
        try fields.serialize(optional: extended, tag: 3) { try $0.serialize($1) }
        try fields.serialize(optional: lapses, tag: 4) { try $0.serialize($1) }
        try fields.serialize(optional: supplement, tag: 5) { try $0.serialize($1) }
        try fields.serialize(optional: lapsesUnsupplemented, tag: 6) { try $0.serialize($1) }
        try fields.serialize(optional: suspension, tag: 7) { try $0.serialize($1) }
        try fields.serialize(firstDay)
    }

    private enum CodingKeys: String, CodingKey {
        case acknowledge, answer, amber, extended, lapses, supplement, lapsesUnsupplemented, suspension, firstDay
    }

    public init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        acknowledge = try container.decodeIfPresent(TimeLimit.self, forKey: .acknowledge)
        answer = try container.decodeIfPresent(TimeLimit.self, forKey: .answer)
        amber = try container.decodeIfPresent(TimeLimit.self, forKey: .amber)
        extended = try container.decodeIfPresent(TimeLimit.self, forKey: .extended)
        lapses = try container.decodeIfPresent(Label.self, forKey: .lapses)
        supplement = try container.decodeIfPresent(TimeLimit.self, forKey: .supplement)
        lapsesUnsupplemented = try container.decodeIfPresent(Label.self, forKey: .lapsesUnsupplemented)
        suspension = try container.decodeIfPresent(TimeLimit.self, forKey: .suspension)
        firstDay = try container.decodeIfPresent(CaseClock.FirstDay.self, forKey: .firstDay) ?? .next
    }

    /// All limits, each with its name in a definition's file.
    var all: [(name: String, limit: TimeLimit)] {
        [
            ("acknowledge", acknowledge), ("answer", answer), ("amber", amber), ("extended", extended),
            ("supplement", supplement), ("suspension", suspension),
        ].compactMap { name, limit in limit.map { (name, $0) } }
    }
}

/// A time in which departments and the public may object (异议期).
public struct WindowRule: DERSequence, Hashable, Codable {
    /// Roles that answer that they have no objection, or object. Silence is no answer, and shown as silence.
    @Listed public private(set) var objectors: [Label]
    /// Whether the step's department takes in objections of the public (利害关系人).
    @Marked public private(set) var isPublic: Bool
    /// The grounds on which one may object.
    @Listed public private(set) var reasons: [ReasonCode]
    /// The end of the case when there is an objection: at once, or where it is not lifted in time.
    public let ends: Label
    /// The step that begins anew once all objections are lifted (撤回异议后重新公告); without it, none can be lifted.
    public let back: Label?
    /// How long after the window's end objections may be lifted; with ``back`` only.
    public let lift: TimeLimit?

    public init(
        objectors: [Label], isPublic: Bool, reasons: [ReasonCode], ends: Label, back: Label? = nil,
        lift: TimeLimit? = nil
    ) {
        _objectors = Listed(wrappedValue: objectors)
        _isPublic = Marked(wrappedValue: isPublic)
        _reasons = Listed(wrappedValue: reasons)
        (self.ends, self.back, self.lift) = (ends, back, lift)
    }

    public init(fields: inout ASN1NodeCollection.Iterator) throws {
        let objectors = try fields.labels(limit: OneThingLimits.roleCount)
        let isPublic = try Bool(derEncoded: &fields)
        let reasons = try fields.list(limit: OneThingLimits.reasonCount) { try $0.reason() }
        self.init(
            objectors: objectors, isPublic: isPublic, reasons: reasons, ends: try fields.label(),
            back: try fields.optional(tag: 0) { try $0.label() },
            lift: try fields.optional(tag: 1) { try TimeLimit(derEncoded: &$0) })
    }

    public func serialize(fields: inout DER.Serializer) throws {
        try fields.serialize(labels: objectors)
        try fields.serialize(isPublic)
        try fields.serialize(list: reasons) { try $0.serialize(text: $1.text) }
        try fields.serialize(ends)
        try fields.serialize(optional: back, tag: 0) { try $0.serialize($1) }
        try fields.serialize(optional: lift, tag: 1) { try $0.serialize($1) }
    }
}

/// What the answer that settles a step does to a licence, in one transaction with it.
public struct StepEffect: DERSequence, Hashable, Codable {
    public enum Kind: Int64, NumberedName {
        /// The department issues a licence: catalogue entry and evidence.
        case issuesLicence = 0
        /// It cancels the case's licence and closes every authorisation on it.
        case cancelsLicence = 1
    }

    public let kind: Kind
    /// The type of the licence.
    public let type: LicenceTypeCode

    public init(_ kind: Kind, type: LicenceTypeCode) { (self.kind, self.type) = (kind, type) }

    public init(fields: inout ASN1NodeCollection.Iterator) throws {
        kind = try fields.named()
        type = try fields.domainText(limit: 64)
    }

    public func serialize(fields: inout DER.Serializer) throws {
        try fields.serialize(kind)
        try fields.serialize(text: type.text)
    }
}
