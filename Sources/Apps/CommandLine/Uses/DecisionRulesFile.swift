import Identity
import Licences
import ZhenglianClient

/// The parameters of the access decision, as `use rules` writes and reads them.
struct DecisionRulesFile: TableFile {
    static let maximumByteCount = 64 << 10
    static let command = "use rules"
    static let document = "docs/authorisations-and-uses.md"
    static let rule = "The parameters are all there, with the next version's number."

    let version: UInt64
    let ticketSeconds: Int64
    let departmentDayLimit: Int64
    let holderMinuteLimit: Int64
    let blockLimit: Int64
    let transactionLimit: Int64
    /// 1 to 4.
    let minimumLevel: Int64
    /// Departments that identify holders.
    let identityDepartments: [Label]

    /// The rules with another version's number: what the next version starts from.
    init(_ rules: DecisionRules, version: UInt64) {
        self.version = version
        ticketSeconds = rules.ticketSeconds
        departmentDayLimit = rules.departmentDayLimit
        holderMinuteLimit = rules.holderMinuteLimit
        blockLimit = rules.blockLimit
        transactionLimit = rules.transactionLimit
        minimumLevel = rules.minimumLevel.rawValue
        identityDepartments = rules.identityDepartments
    }

    func table() throws -> DecisionRules {
        guard let level = RealNameLevel(rawValue: minimumLevel) else {
            throw LicenceError(.outOfRange, "minimumLevel is 1 to 4")
        }
        return try DecisionRules(
            version: version, ticketSeconds: ticketSeconds, departmentDayLimit: departmentDayLimit,
            holderMinuteLimit: holderMinuteLimit, blockLimit: blockLimit, transactionLimit: transactionLimit,
            minimumLevel: level, identityDepartments: identityDepartments)
    }

    func lines(in language: Language) -> [String] {
        let departments = identityDepartments.map(\.rawValue).joined(separator: ", ")
        return [
            Phrase("a ticket lives \(ticketSeconds) seconds", "凭据有效 \(ticketSeconds) 秒"),
            Phrase(
                "decisions of a department on one kind in a day: \(departmentDayLimit)",
                "每部门每类证照每日用证上限：\(departmentDayLimit)"),
            Phrase(
                "decisions on one holder's licences in a minute: \(holderMinuteLimit)",
                "每持证主体每分钟用证上限：\(holderMinuteLimit)"),
            Phrase("decisions of a member in a block: \(blockLimit)", "每成员每区块用证上限：\(blockLimit)"),
            Phrase("decisions in a transaction: \(transactionLimit)", "每交易用证上限：\(transactionLimit)"),
            Phrase("real-name level that a counter's word needs: \(minimumLevel)", "窗口确认所需实名等级：\(minimumLevel)"),
            Phrase(
                "departments that identify holders: \(departments.isEmpty ? "none" : departments)",
                "身份核验部门：\(departments.isEmpty ? "无" : departments)"),
        ].map { $0.text(in: language) }
    }
}

extension DecisionRulesFile {
    static func answer(to client: ZhenglianClient) async throws -> TableAnswer<Table> {
        try await client.uses.rules()
    }

    static func propose(_ table: Table, by client: ZhenglianClient) async throws {
        try await client.uses.propose(table)
    }

    static func approve(_ proposal: Digest, by client: ZhenglianClient) async throws {
        try await client.uses.approveRules(proposal)
    }
}
