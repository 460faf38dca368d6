public import Formats
public import SwiftASN1

/// The codes of statuses and operations, what each status allows, and which operation leads from which status to which
/// (证照状态与操作代码表).
///
/// It is data on the ledger, with a version: departments propose the next one and adopt it by majority. The built-in
/// ``standard`` is in force until then.
public struct LicenceCodeTable: VotedTable {
    /// What somebody may do with a licence of a status.
    public struct StatusRule: DERSequence, Hashable {
        public let status: LicenceStatus
        /// The Chinese name that people read.
        public let name: String
        public let englishName: String
        /// What may be done with it, in the order of their numbers.
        public let actions: [UseAction]

        public init(_ status: LicenceStatus, name: String, englishName: String, actions: [UseAction]) {
            (self.status, self.name, self.englishName) = (status, name, englishName)
            self.actions = actions.sorted { $0.rawValue < $1.rawValue }
        }

        public init(fields: inout ASN1NodeCollection.Iterator) throws {
            status = try fields.domainText(limit: 2)
            name = try fields.text(limit: LicenceCodeTable.maximumNameByteCount)
            englishName = try fields.text(limit: LicenceCodeTable.maximumNameByteCount)
            actions = try fields.list(limit: UseAction.allCases.count) { fields in
                let number = try fields.integer(in: 0...Int64(UseAction.allCases.count - 1))
                guard let action = UseAction(rawValue: number) else {
                    throw FormatError(.outOfRange, "\(number) is no action")
                }
                return action
            }
            guard zip(actions, actions.dropFirst()).allSatisfy({ $0.rawValue < $1.rawValue }) else {
                throw FormatError(.outOfRange, "the actions of a status stand in ascending order, each once")
            }
        }

        public func serialize(fields: inout DER.Serializer) throws {
            try fields.serialize(text: status.text)
            try fields.serialize(text: name)
            try fields.serialize(text: englishName)
            try fields.serialize(list: actions) { try $0.serialize($1.rawValue) }
        }
    }

    /// A step from one status to another.
    public struct Transition: DERSequence, Hashable {
        public let from: LicenceStatus
        public let to: LicenceStatus

        public init(_ from: LicenceStatus, _ to: LicenceStatus) { (self.from, self.to) = (from, to) }

        public init(fields: inout ASN1NodeCollection.Iterator) throws {
            from = try fields.domainText(limit: 2)
            to = try fields.domainText(limit: 2)
        }

        public func serialize(fields: inout DER.Serializer) throws {
            try fields.serialize(text: from.text)
            try fields.serialize(text: to.text)
        }
    }

    /// What an operation is.
    public enum Effect: Int64, Hashable, Sendable, Codable, CaseIterable {
        /// The first version that this ledger sees of a licence.
        case entry = 0
        /// A new version; the one before is superseded and linked.
        case newVersion = 1
        /// Another status of the same version.
        case status = 2
        /// Particulars of the catalogue alone.
        case modification = 3
        /// Out of the current state, with a tombstone.
        case takeDown = 4
    }

    /// What an operation does, and from where to where.
    public struct OperationRule: DERSequence, Hashable {
        public let operation: LicenceOperation
        /// The Chinese name that people read.
        public let name: String
        public let englishName: String
        public let effect: Effect
        /// Whether the licence that this one came from has to be named (关联证照标识).
        public let needsRelated: Bool
        /// The legal steps. An entry's begin nowhere, so they are written from its status to itself.
        public let transitions: [Transition]

        public init(
            _ operation: LicenceOperation, name: String, englishName: String, effect: Effect,
            needsRelated: Bool = false, _ transitions: [Transition]
        ) {
            (self.operation, self.name, self.englishName) = (operation, name, englishName)
            (self.effect, self.needsRelated, self.transitions) = (effect, needsRelated, transitions)
        }

        public init(fields: inout ASN1NodeCollection.Iterator) throws {
            operation = try fields.domainText(limit: 2)
            name = try fields.text(limit: LicenceCodeTable.maximumNameByteCount)
            englishName = try fields.text(limit: LicenceCodeTable.maximumNameByteCount)
            let number = try fields.enumerated()
            guard let effect = Effect(rawValue: number) else {
                throw FormatError(.outOfRange, "\(number) is no effect of an operation")
            }
            self.effect = effect
            needsRelated = try Bool(derEncoded: &fields)
            transitions = try fields.list(limit: LicenceCodeTable.maximumTransitionCount) {
                try Transition(derEncoded: &$0)
            }
        }

        public func serialize(fields: inout DER.Serializer) throws {
            try fields.serialize(text: operation.text)
            try fields.serialize(text: name)
            try fields.serialize(text: englishName)
            try fields.serialize(enumerated: effect.rawValue)
            try fields.serialize(needsRelated)
            try fields.serialize(list: transitions) { try $0.serialize($1) }
        }

        /// Whether the operation leads from one status to another.
        public func allows(from: LicenceStatus, to: LicenceStatus) -> Bool {
            transitions.contains(Transition(from, to))
        }
    }

    public static let formatVersion: Int64 = 1
    /// Two digits make a hundred codes.
    public static let maximumCodeCount = 100
    public static let maximumTransitionCount = 64
    public static let maximumNameByteCount = 64
    /// Far above what any consortium uses, and well below what an entry may have.
    public static let maximumByteCount = 32 << 10

    /// The version of the table: the built-in one is 1, and each that is adopted counts one up.
    public let version: UInt64
    public let statuses: [StatusRule]
    public let operations: [OperationRule]

    public init(version: UInt64, statuses: [StatusRule], operations: [OperationRule]) {
        (self.version, self.statuses, self.operations) = (version, statuses, operations)
    }

    public init(fields: inout ASN1NodeCollection.Iterator) throws {
        try fields.version(Self.formatVersion, of: "table of licence codes")
        version = UInt64(try fields.integer(in: 1...Int64.max))
        statuses = try fields.list(limit: Self.maximumCodeCount) { try StatusRule(derEncoded: &$0) }
        operations = try fields.list(limit: Self.maximumCodeCount) { try OperationRule(derEncoded: &$0) }
    }

    public func serialize(fields: inout DER.Serializer) throws {
        try fields.serialize(Self.formatVersion)
        try fields.serialize(version)
        try fields.serialize(list: statuses) { try $0.serialize($1) }
        try fields.serialize(list: operations) { try $0.serialize($1) }
    }

    /// Every name in it, as people read them.
    public var names: [String] {
        statuses.flatMap { [$0.name, $0.englishName] } + operations.flatMap { [$0.name, $0.englishName] }
    }

    /// The rule of a status; `nil` where the table does not have it.
    public func rule(of status: LicenceStatus) -> StatusRule? { statuses.first { $0.status == status } }

    /// The rule of an operation; `nil` where the table does not have it.
    public func rule(of operation: LicenceOperation) -> OperationRule? {
        operations.first { $0.operation == operation }
    }
}
