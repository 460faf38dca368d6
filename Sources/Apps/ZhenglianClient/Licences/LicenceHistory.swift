public import Formats
public import Identity
public import Ledger
public import Licences
import Nodes

/// What a node's read model has of a licence from its issue on (证照历史): its versions, and what became of it.
public struct LicenceHistory: Sendable {
    /// A version, as the evidence ledger has it.
    public struct Version: Sendable {
        public let identifier: LicenceIdentifier
        /// The digest of its file; `nil` where there is none.
        public let file: Digest?
        public let metadataRoot: Digest
        public let issuedAt: Timestamp
        public let issuedHeight: Height
        public let transaction: TransactionIdentifier
        /// The version before, where it is on this ledger.
        public let supersedes: LicenceIdentifier?
    }

    /// A state of the catalogue's entry after the first, as a block has left it.
    public struct Change: Sendable {
        /// Counts the states of the entry; the first change is number 2.
        public let revision: UInt64
        /// The version in force from then on.
        public let identifier: LicenceIdentifier
        /// As it was written: one that has run out since is not expired here.
        public let status: LicenceStatus
        public let operation: LicenceOperation
        /// The rule or decision; `nil` where none was named.
        public let basis: String?
        public let changedAt: Timestamp
        public let changedHeight: Height
        public let transaction: TransactionIdentifier
    }

    /// Most changes in one answer, the newest: more than a licence lives through.
    public static let maximumChangeCount = 1_000
    /// A version's number has three digits.
    private static let maximumVersionCount = 999

    /// The answer is as of this height of the node's read model.
    public let height: Height
    public let time: Timestamp
    /// In the order in which they came on the ledger.
    public let versions: [Version]
    /// In the order of their revisions, the last ``maximumChangeCount`` of them.
    public let changes: [Change]

    /// Asks a node's read model. A licence that it does not have has neither versions nor changes.
    /// - Parameters:
    ///   - licence: whatever its version.
    ///   - dataPath: the node's data directory.
    /// - Throws: `LedgerError`.
    public init(of licence: LicenceKey, dataPath: String) async throws(LedgerError) {
        let model = ReadModelFile(dataPath: dataPath)
        let changes = try await model.ask(
            """
            SELECT changed_at, changed_height, "transaction", identifier, revision, status, operation, basis
            FROM licence_changes WHERE licence = ? ORDER BY revision DESC LIMIT \(Self.maximumChangeCount)
            """, arguments: [.text(licence.text)], limits: SQLLimits())
        // Asked for afterwards: a version that a change has brought is among them.
        let prefix = "\(LicenceIdentifier.root).\(licence.text)."
        let versions = try await model.ask(
            """
            SELECT issued_at, issued_height, "transaction", identifier, metadata_root, file, supersedes
            FROM licences WHERE identifier >= ? AND identifier < ? ORDER BY issued_height, identifier
            LIMIT \(Self.maximumVersionCount)
            """, arguments: [.text(prefix), .text(prefix.dropLast() + "/")], limits: SQLLimits())
        height = versions.height
        time = versions.time
        self.versions = try versions.rows.map(Self.version)
        self.changes = try changes.rows.reversed().map(Self.change)
    }

    private static let wrong = LedgerError(.corrupted, "the read model has a licence's history that cannot be read")

    private typealias Place = (at: Timestamp, height: Height, transaction: TransactionIdentifier)

    /// When and by what a row came, which its first three columns say.
    private static func place(_ row: [SQLValue]) throws(LedgerError) -> Place {
        guard case .integer(let time) = row[0], case .integer(let height) = row[1], height >= 0,
            case .blob(let transaction) = row[2], let digest = Digest(transaction)
        else { throw wrong }
        return (Timestamp(milliseconds: time), Height(rawValue: UInt64(height)), TransactionIdentifier(digest))
    }

    private static func identifier(_ value: SQLValue) throws(LedgerError) -> LicenceIdentifier {
        guard case .text(let text) = value, let identifier = try? LicenceIdentifier(text) else { throw wrong }
        return identifier
    }

    private static func digest(_ value: SQLValue) throws(LedgerError) -> Digest {
        guard case .blob(let bytes) = value, let digest = Digest(bytes) else { throw wrong }
        return digest
    }

    private static func version(_ row: [SQLValue]) throws(LedgerError) -> Version {
        guard row.count == 7 else { throw wrong }
        let place = try place(row)
        return Version(
            identifier: try identifier(row[3]), file: row[5] == .null ? nil : try digest(row[5]),
            metadataRoot: try digest(row[4]), issuedAt: place.at, issuedHeight: place.height,
            transaction: place.transaction, supersedes: row[6] == .null ? nil : try identifier(row[6]))
    }

    private static func change(_ row: [SQLValue]) throws(LedgerError) -> Change {
        guard row.count == 8, case .integer(let revision) = row[4], revision > 1, case .text(let status) = row[5],
            let status = try? LicenceStatus(status), case .text(let operation) = row[6],
            let operation = try? LicenceOperation(operation)
        else { throw wrong }
        let place = try place(row)
        let basis: String? = if case .text(let text) = row[7] { text } else { nil }
        return Change(
            revision: UInt64(revision), identifier: try identifier(row[3]), status: status, operation: operation,
            basis: basis, changedAt: place.at, changedHeight: place.height, transaction: place.transaction)
    }
}
