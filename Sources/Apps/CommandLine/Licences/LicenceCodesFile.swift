import Identity
import Licences
import ZhenglianClient

/// A table of the codes of statuses and operations, as `licence codes` writes and reads it.
struct LicenceCodesFile: TableFile {
    struct Status: Codable {
        let code: LicenceStatus
        let name: String
        let englishName: String
        /// What may be done with a licence of this status: `query`, `download`, `present`, `apply`.
        let actions: [String]
    }

    struct Operation: Codable {
        struct Transition: Codable {
            let from: LicenceStatus
            let to: LicenceStatus
        }

        let code: LicenceOperation
        let name: String
        let englishName: String
        /// `entry`, `newVersion`, `status`, `modification` or `takeDown`.
        let effect: String
        let needsRelated: Bool
        let transitions: [Transition]
    }

    static let maximumByteCount = 16 * LicenceCodeTable.maximumByteCount
    static let command = "licence codes"
    static let document = "docs/licences.md"
    static let rule = "The table keeps every code that was ever in force, and has the next version's number."

    let version: UInt64
    let statuses: [Status]
    let operations: [Operation]

    /// The table with another version's number: what the next version starts from.
    init(_ table: LicenceCodeTable, version: UInt64) {
        self.version = version
        statuses = table.statuses.map { rule in
            Status(
                code: rule.status, name: rule.name, englishName: rule.englishName,
                actions: rule.actions.map { "\($0)" })
        }
        operations = table.operations.map { rule in
            Operation(
                code: rule.operation, name: rule.name, englishName: rule.englishName, effect: "\(rule.effect)",
                needsRelated: rule.needsRelated,
                transitions: rule.transitions.map { .init(from: $0.from, to: $0.to) })
        }
    }

    func table() throws -> LicenceCodeTable {
        guard (1...UInt64(Int64.max)).contains(version) else {
            throw LicenceError(.outOfRange, "version: \(version) is below 1 or above 2^63 - 1")
        }
        return LicenceCodeTable(
            version: version,
            statuses: try statuses.map { status in
                LicenceCodeTable.StatusRule(
                    status.code, name: status.name, englishName: status.englishName,
                    actions: try status.actions.map { try Self.value($0, of: UseAction.allCases) })
            },
            operations: try operations.map { operation in
                LicenceCodeTable.OperationRule(
                    operation.code, name: operation.name, englishName: operation.englishName,
                    effect: try Self.value(operation.effect, of: LicenceCodeTable.Effect.allCases),
                    needsRelated: operation.needsRelated,
                    operation.transitions.map { LicenceCodeTable.Transition($0.from, $0.to) })
            })
    }

    private static func value<Value>(_ word: String, of values: [Value]) throws -> Value {
        guard let value = values.first(where: { "\($0)" == word }) else {
            throw LicenceError(
                .outOfRange, "'\(word)' is none of \(values.map { "\($0)" }.joined(separator: ", "))")
        }
        return value
    }

    func lines(in language: Language) -> [String] {
        let rules = statuses.map { status in
            let actions = status.actions.joined(separator: ", ")
            return Phrase(
                "status \(status.code) \(status.name) \(status.englishName): \(actions)",
                "状态 \(status.code) \(status.name)：\(actions)")
        }
        let steps = operations.map { operation in
            let transitions = operation.transitions.map { "\($0.from)→\($0.to)" }.joined(separator: " ")
            return Phrase(
                "operation \(operation.code) \(operation.name) \(operation.englishName), \(operation.effect): "
                    + transitions,
                "操作 \(operation.code) \(operation.name)，\(operation.effect)：\(transitions)")
        }
        return (rules + steps).map { $0.text(in: language) }
    }
}

extension LicenceCodesFile {
    static func answer(to client: ZhenglianClient) async throws -> TableAnswer<Table> {
        try await client.licences.codes()
    }

    static func propose(_ table: Table, by client: ZhenglianClient) async throws {
        try await client.licences.propose(table)
    }

    static func approve(_ proposal: Digest, by client: ZhenglianClient) async throws {
        try await client.licences.approveCodes(proposal)
    }
}
