public import ArgumentParser
import Formats
public import GatewayAccess
public import Identity
import Licences
import Nodes

/// What callers may do over HTTP; entitlements to licences are something else.
typealias AccessEntitlement = GatewayAccess.Entitlement

extension GatewayAccess.Entitlement: ExpressibleByArgument {}

extension TokenAlgorithm: ExpressibleByArgument {}

extension PlatformAddress: ExpressibleByArgument {
    public init?(argument: String) { self.init(argument) }
}

extension Digest: ExpressibleByArgument {
    public init?(argument: String) { self.init(hexadecimal: argument) }
}

/// What an application or a person may do.
struct EntitlementOptions: ParsableArguments {
    @Option(help: "What it may do, such as licences:read; repeat for more. Everybody may verify.")
    var entitlement: [AccessEntitlement] = []

    var set: Set<AccessEntitlement> { Set(entitlement) }
}

/// Which department's records are listed.
struct OfDepartmentOptions: ParsableArguments {
    @Option(help: "The department; by default your own.")
    var department: Label?

    /// All records of a department, page by page.
    func all<Record>(
        _ identity: MemberIdentity, _ page: (DepartmentPage) async throws -> RecordPage<Record>
    ) async throws -> [Record] {
        let department = department ?? identity.member.department
        var records: [Record] = []
        while true {
            let next = try await page(DepartmentPage(of: department, from: UInt64(records.count)))
            records += next.records
            guard !next.records.isEmpty, UInt64(records.count) < next.count else { return records }
        }
    }
}

/// That something was written.
struct GatewayWritten: Presentable {
    let changed: String
    let transaction: TransactionIdentifier
    let height: Height
    private let phrase: Phrase

    init(_ changed: String, _ outcome: Outcome, _ phrase: Phrase) {
        self.changed = changed
        transaction = outcome.transaction
        height = outcome.height
        self.phrase = phrase
    }

    private enum CodingKeys: String, CodingKey { case changed, transaction, height }

    func lines(in language: Language) -> [String] {
        [
            phrase.text(in: language),
            Phrase("  transaction  \(transaction), height \(height)", "  交易 \(transaction)，高度 \(height)")
                .text(in: language),
        ]
    }
}
