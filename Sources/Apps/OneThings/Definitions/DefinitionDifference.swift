public import Identity

/// What a definition changes against another: what those who approve it have to look at, and first of all who would get
/// to see more than before.
public struct DefinitionDifference: Hashable, Sendable, Encodable {
    /// Something that a department gets to see.
    public struct Access: Hashable, Sendable, Encodable {
        /// `nil` for what stands on the ledger, where everybody reads it.
        public let role: Label?
        public let department: DepartmentName?
        /// The datum or the paper.
        public let item: Label
        public let title: BilingualTitle
    }

    /// A member of the definition that is another, new or gone.
    public struct Change: Hashable, Sendable, Encodable {
        /// Where, as a path in the definition's file: `steps.seal.limits.answer`.
        public let place: String
        /// `nil` for what is new.
        public let old: String?
        /// `nil` for what is gone.
        public let new: String?

        public init(place: String, old: String?, new: String?) {
            (self.place, self.old, self.new) = (place, old, new)
        }
    }

    /// What somebody would newly get, in the order of the roles.
    public let newAccess: [Access]
    /// What somebody would no longer get.
    public let lostAccess: [Access]
    /// Everything that is not the same, in the order of the places.
    public let changes: [Change]

    /// Compares two definitions.
    /// - Parameter old: the one in force; `nil` where there is none, so that all is new.
    public init(from old: OneThingDefinition?, to new: OneThingDefinition) throws {
        let (before, after) = (old.map(Self.access) ?? [], Self.access(new))
        let (known, wanted) = (Set(before.map(Self.key)), Set(after.map(Self.key)))
        newAccess = after.filter { !known.contains(Self.key($0)) }
        lostAccess = before.filter { !wanted.contains(Self.key($0)) }
        var changes: [Change] = []
        Self.compare(try old.map { try JSONTree($0) }, try JSONTree(new), at: "", &changes)
        self.changes = changes
    }

    // MARK: Access

    /// Who gets what: each role what its steps need, in papers too; the lead all that is handed in, because it speaks
    /// for the applicant; everybody what is on the ledger.
    private static func access(_ definition: OneThingDefinition) -> [Access] {
        var access: [Access] = []
        for field in definition.fields where field.isOnLedger {
            access.append(Access(role: nil, department: nil, item: field.name, title: field.title))
        }
        for role in definition.roles {
            var items: Set<Label> = []
            for step in definition.steps where step.role == role.name { items.formUnion(step.needs) }
            if role.name == definition.lead { items.formUnion(definition.intake.map(\.item)) }
            items.formUnion(items.flatMap { definition.material($0)?.contains ?? [] })
            for item in items.sorted() where definition.field(item)?.isOnLedger != true {
                guard let title = definition.field(item)?.title ?? definition.material(item)?.title else { continue }
                access.append(Access(role: role.name, department: role.department, item: item, title: title))
            }
        }
        return access
    }

    /// Two are the same access whatever the item is called in people's languages.
    private static func key(_ access: Access) -> [Label?] { [access.role, access.department, access.item] }

    // MARK: Changes

    private static func compare(
        _ old: JSONTree?, _ new: JSONTree?, at place: String, _ changes: inout [Change]
    ) {
        switch (old, new) {
        case (.object(let before), .object(let after)):
            for member in Set(before.keys).union(after.keys).sorted() {
                compare(before[member], after[member], at: place.isEmpty ? member : "\(place).\(member)", &changes)
            }
        case (.list(let before), .list(let after)): compare(before, after, at: place, &changes)
        case (nil, .list(let after)): compare([], after, at: place, &changes)
        case (.list(let before), nil): compare(before, [], at: place, &changes)
        case (nil, .object(let after)) where place.isEmpty:
            compare(.object([:]), .object(after), at: place, &changes)
        default:
            guard old != new else { return }
            changes.append(Change(place: place, old: old?.summary, new: new?.summary))
        }
    }

    /// Elements with a name are compared with those of the same name; others are there or not.
    private static func compare(
        _ before: [JSONTree], _ after: [JSONTree], at place: String, _ changes: inout [Change]
    ) {
        guard (before + after).contains(where: { $0.name != nil }) else {
            for element in before where !after.contains(element) {
                changes.append(Change(place: place, old: element.summary, new: nil))
            }
            for element in after where !before.contains(element) {
                changes.append(Change(place: place, old: nil, new: element.summary))
            }
            return compareOrder(before, after, at: place, &changes)
        }
        for element in before {
            compare(element, after.first { $0.name == element.name }, at: path(element, in: place), &changes)
        }
        for element in after where !before.contains(where: { $0.name == element.name }) {
            compare(nil, element, at: path(element, in: place), &changes)
        }
        compareOrder(before, after, at: place, &changes)
    }

    /// What stands in both, in another order: the bytes are others then, and so is the digest.
    private static func compareOrder(
        _ before: [JSONTree], _ after: [JSONTree], at place: String, _ changes: inout [Change]
    ) {
        let (known, wanted) = (before.map { $0.name ?? $0.summary }, after.map { $0.name ?? $0.summary })
        let (old, new) = (known.filter(wanted.contains), wanted.filter(known.contains))
        guard old != new else { return }
        changes.append(
            Change(place: place, old: old.joined(separator: ", "), new: new.joined(separator: ", ")))
    }

    private static func path(_ element: JSONTree, in place: String) -> String {
        element.name.map { "\(place).\($0)" } ?? place
    }
}

extension JSONTree {
    /// On one line, for people.
    fileprivate var summary: String {
        switch self {
        case .null: "null"
        case .flag(let flag): "\(flag)"
        case .number(let number): "\(number)"
        case .text(let text): text
        case .list(let elements): elements.map(\.summary).joined(separator: ", ")
        case .object(let members):
            members.keys.sorted().map { "\($0): \(members[$0]?.grouped ?? "")" }.joined(separator: "; ")
        }
    }

    /// The same with brackets around what has parts.
    private var grouped: String {
        switch self {
        case .list: "[\(summary)]"
        case .object: "{\(summary)}"
        default: summary
        }
    }
}
