public import Formats
public import Identity
public import SwiftASN1

/// A one-thing as the departments have agreed on it (一件事定义): who takes part, what is handed in, which steps there
/// are and where they lead, what each gets to see, and the clocks. It is data on the ledger, not code.
///
/// Whether it makes sense is ``DefinitionCheck``'s to say.
public struct OneThingDefinition: DERSequence, Hashable, Codable {
    public static let formatVersion: Int64 = 1
    public static let maximumBasisByteCount = 512

    /// The one-thing, such as `enterprise-opening` (企业开办).
    public let matter: Label
    /// Counts one up with every change, from 1.
    public let version: UInt64
    public let title: BilingualTitle
    /// The rules it stands on.
    public let basis: String
    /// The role that opens cases, speaks for the applicant, and looks after the whole (牵头部门).
    public let lead: Label
    /// What its cases are about.
    public let subject: Subject
    /// Other matters of which no case may run on the same subject; never two cases of this one.
    @Listed public private(set) var excludes: [Label]
    public let roles: [DefinitionRole]
    @Listed public private(set) var options: [NamedTitle]
    @Listed public private(set) var fields: [DefinitionField]
    @Listed public private(set) var materials: [DefinitionMaterial]
    @Listed public private(set) var reasons: [DefinitionReason]
    @Listed public private(set) var intake: [IntakeItem]
    /// Ends other than completion, withdrawal and annulment, which every matter has.
    @Listed public private(set) var ends: [NamedTitle]
    /// The step whose settling makes an end of withdrawing (撤回); without it, a case can be withdrawn while it runs.
    public let bindingStep: Label?
    public let steps: [StepDefinition]

    public enum Subject: Int64, NumberedName {
        /// A holder who has no licence yet, by pseudonym.
        case holder = 0
        /// A licence that is in force, and stays so while the case runs.
        case licence = 1
    }

    public init(
        matter: Label, version: UInt64, title: BilingualTitle, basis: String, lead: Label, subject: Subject,
        excludes: [Label] = [], roles: [DefinitionRole], options: [NamedTitle] = [], fields: [DefinitionField] = [],
        materials: [DefinitionMaterial] = [], reasons: [DefinitionReason] = [], intake: [IntakeItem] = [],
        ends: [NamedTitle] = [], bindingStep: Label? = nil, steps: [StepDefinition]
    ) {
        (self.matter, self.version, self.title, self.basis) = (matter, version, title, basis)
        (self.lead, self.subject, self.roles, self.bindingStep, self.steps) = (lead, subject, roles, bindingStep, steps)
        _excludes = Listed(wrappedValue: excludes)
        _options = Listed(wrappedValue: options)
        _fields = Listed(wrappedValue: fields)
        _materials = Listed(wrappedValue: materials)
        _reasons = Listed(wrappedValue: reasons)
        _intake = Listed(wrappedValue: intake)
        _ends = Listed(wrappedValue: ends)
    }

    public init(fields parts: inout ASN1NodeCollection.Iterator) throws {
        try parts.version(Self.formatVersion, of: "one-thing definition")
        matter = try parts.label()
        version = UInt64(try parts.integer(in: 1...Int64.max))
        title = try BilingualTitle(derEncoded: &parts)
        basis = try parts.text(limit: Self.maximumBasisByteCount)
        lead = try parts.label()
        subject = try parts.named()
        excludes = try parts.labels(limit: OneThingLimits.casesPerSubject)
        roles = try parts.list(limit: OneThingLimits.roleCount) { try DefinitionRole(derEncoded: &$0) }
        options = try parts.list(limit: OneThingLimits.optionCount) { try NamedTitle(derEncoded: &$0) }
        fields = try parts.list(limit: OneThingLimits.fieldCount) { try DefinitionField(derEncoded: &$0) }
        materials = try parts.list(limit: OneThingLimits.materialCount) { try DefinitionMaterial(derEncoded: &$0) }
        reasons = try parts.list(limit: OneThingLimits.reasonCount) { try DefinitionReason(derEncoded: &$0) }
        intake = try parts.list(limit: OneThingLimits.fieldCount + OneThingLimits.materialCount) {
            try IntakeItem(derEncoded: &$0)
        }
        ends = try parts.list(limit: OneThingLimits.endCount) { try NamedTitle(derEncoded: &$0) }
        bindingStep = try parts.optional(tag: 0) { try $0.label() }
        steps = try parts.list(limit: OneThingLimits.stepCount) { try StepDefinition(derEncoded: &$0) }
    }

    public func serialize(fields parts: inout DER.Serializer) throws {
        try parts.serialize(Self.formatVersion)
        try parts.serialize(matter)
        try parts.serialize(version)
        try parts.serialize(title)
        try parts.serialize(text: basis)
        try parts.serialize(lead)
        try parts.serialize(subject)
        try parts.serialize(labels: excludes)
        try parts.serialize(list: roles) { try $0.serialize($1) }
        try parts.serialize(list: options) { try $0.serialize($1) }
        try parts.serialize(list: fields) { try $0.serialize($1) }
        try parts.serialize(list: materials) { try $0.serialize($1) }
        try parts.serialize(list: reasons) { try $0.serialize($1) }
        try parts.serialize(list: intake) { try $0.serialize($1) }
        try parts.serialize(list: ends) { try $0.serialize($1) }
        try parts.serialize(optional: bindingStep, tag: 0) { try $0.serialize($1) }
        try parts.serialize(list: steps) { try $0.serialize($1) }
    }
}

extension OneThingDefinition {
    public func role(_ name: Label) -> DefinitionRole? { roles.first { $0.name == name } }

    public func step(_ name: Label) -> StepDefinition? { steps.first { $0.name == name } }

    public func field(_ name: Label) -> DefinitionField? { fields.first { $0.name == name } }

    public func material(_ name: Label) -> DefinitionMaterial? { materials.first { $0.name == name } }

    /// The department that leads.
    /// - Precondition: the definition has passed ``DefinitionCheck``.
    var leadDepartment: DepartmentName { department(of: lead) }

    /// The department of a role.
    /// - Precondition: the definition has passed ``DefinitionCheck``, so every role that it names is there.
    func department(of role: Label) -> DepartmentName {
        guard let role = self.role(role) else { preconditionFailure("\(matter) has no role '\(role)'") }
        return role.department
    }

    /// The departments that take part, each once, in the order of their names.
    public var departments: [DepartmentName] { Array(Set(roles.map(\.department))).sorted() }

    /// Whether a clock of it counts working days.
    var countsWorkingDays: Bool {
        steps.contains { step in
            step.limits.all.contains { $0.limit.unit == .workingDays } || step.window?.lift?.unit == .workingDays
        }
    }
}
