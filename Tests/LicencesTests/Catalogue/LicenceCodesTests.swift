import ClientTestKit
import Formats
import Identity
import Ledger
import LedgerTestKit
import Licences
import Nodes
import Testing

/// The table of codes is the consortium's: departments propose and approve the next one.
@Suite struct LicenceCodesTests {
    private let registry: TestRegistry

    init() throws { registry = try TestRegistry() }

    /// The built-in table with one status more, and an operation that leads there.
    private func table(version: UInt64 = 2) throws -> LicenceCodeTable {
        let frozen = try LicenceStatus("08")
        let standard = LicenceCodeTable.standard
        return LicenceCodeTable(
            version: version,
            statuses: standard.statuses + [.init(frozen, name: "冻结", englishName: "frozen", actions: [.query])],
            operations: standard.operations + [
                .init(
                    try LicenceOperation("20"), name: "冻结", englishName: "freeze", effect: .status,
                    [.init(.valid, frozen), .init(frozen, .valid)])
            ])
    }

    private func administrator(_ department: Int) throws -> MemberIdentity {
        try registry.consortium.member("admin", department: department, role: .administrator)
    }

    private func propose(_ table: LicenceCodeTable, by member: MemberIdentity) async throws -> ContractError.Code? {
        try await submit(CatalogueContract.Method.proposeCodes, table, by: member)
    }

    private func approve(_ table: LicenceCodeTable, by member: MemberIdentity) async throws -> ContractError.Code? {
        let digest = registry.consortium.suite.digest(of: table.derBytes)
        return try await submit(CatalogueContract.Method.approveCodes, ApproveTable(digest), by: member)
    }

    private func submit(
        _ method: String, _ arguments: some DERSequence, by member: MemberIdentity
    ) async throws -> ContractError.Code? {
        let call = Call(
            contract: CatalogueContract.contractName, method: method, arguments: arguments.derBytes)
        return try await registry.ledger(as: member).submitter.outcome(of: [call]).rejection.map {
            .init(rawValue: $0.code)
        }
    }

    private func codes() async throws -> TableAnswer<LicenceCodeTable> {
        try await registry.client.query(
            contract: CatalogueContract.contractName, name: CatalogueContract.Method.codes, arguments: NoResult(),
            as: TableAnswer.self
        ).result
    }

    @Test func aTableIsInForceOnceMoreThanHalfOfTheDepartmentsHaveApprovedIt() async throws {
        let table = try table()
        let count = registry.consortium.genesis.document.departments.count
        let before = try await codes()
        #expect(before == TableAnswer(table: .standard, proposal: nil))
        #expect(try await propose(table, by: try administrator(0)) == nil)
        #expect(try await codes().proposal?.table == table)
        #expect(try await approve(table, by: try administrator(0))?.rawValue == "alreadyApproved")
        for department in 1...count / 2 {
            #expect(try await codes().table == .standard)
            #expect(try await approve(table, by: try administrator(department)) == nil)
        }
        let after = try await codes()
        #expect(after == TableAnswer(table: table, proposal: nil))
        let identifier = try registry.identifier("A1")
        #expect(try await registry.code(try registry.issue(identifier, registry.content("deed"))) == nil)
        let frozen = try LicenceStatus("08")
        let freeze = registry.decide(identifier, frozen, by: try LicenceOperation("20"))
        #expect(try await registry.code([freeze]) == nil)
        let answer = try await registry.ledger().licences([identifier])
        #expect(answer.records.first?.status == frozen && answer.codesVersion == 2)
        #expect(answer.records.first?.isUsable(for: .present, at: answer.time, table: table) == false)
        #expect(answer.records.first?.isUsable(for: .query, at: answer.time, table: table) == true)
    }

    @Test func onlyAdministratorsDecideOnCodes() async throws {
        #expect(try await propose(try table(), by: registry.counter) == .notPermitted)
        #expect(try await propose(try table(), by: try administrator(0)) == nil)
        #expect(try await approve(try table(), by: registry.neighbour) == .notPermitted)
    }

    @Test func anApprovalIsOfTheTableThatItsAuthorHasSeen() async throws {
        #expect(try await approve(try table(), by: try administrator(1)) == .notFound)
        #expect(try await propose(try table(), by: try administrator(0)) == nil)
        let other = LicenceCodeTable(
            version: 2, statuses: LicenceCodeTable.standard.statuses,
            operations: LicenceCodeTable.standard.operations)
        #expect(try await approve(other, by: try administrator(1)) == .stateHasMoved)
    }

    @Test func aTableKeepsEveryCodeAndCountsOneUp() async throws {
        let standard = LicenceCodeTable.standard
        let admin = try administrator(0)
        #expect(try await propose(try table(version: 3), by: admin) == .wrongVersion)
        #expect(try await propose(try table(version: 1), by: admin) == .wrongVersion)
        let short = LicenceCodeTable(
            version: 2, statuses: Array(standard.statuses.dropLast()), operations: standard.operations)
        #expect(try await propose(short, by: admin) == .unknownCode)
        let fewer = LicenceCodeTable(
            version: 2, statuses: standard.statuses, operations: Array(standard.operations.dropLast()))
        #expect(try await propose(fewer, by: admin) == .unknownCode)
        let doubled = LicenceCodeTable(
            version: 2, statuses: standard.statuses + [standard.statuses[0]], operations: standard.operations)
        #expect(try await propose(doubled, by: admin) == .malformedArguments)
        let unknownStatus = LicenceCodeTable(
            version: 2, statuses: standard.statuses,
            operations: standard.operations + [
                .init(
                    try LicenceOperation("20"), name: "冻结", englishName: "freeze", effect: .status,
                    [.init(.valid, try LicenceStatus("08"))])
            ])
        #expect(try await propose(unknownStatus, by: admin) == .unknownCode)
    }

    @Test func theBuiltInTableIsOfThisFormatAndNamesEveryCode() throws {
        let standard = LicenceCodeTable.standard
        let read = try LicenceCodeTable(derBytes: standard.derBytes, limit: LicenceCodeTable.maximumByteCount)
        #expect(read == standard)
        #expect(LicenceStatus.standard.allSatisfy { standard.rule(of: $0) != nil })
        #expect(standard.statuses.allSatisfy { $0.actions.contains(.query) })
        #expect(LicenceOperation.takeDown.name == "下链" && LicenceOperation.renew.name == "延续")
    }
}
