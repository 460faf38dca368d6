import Formats
import Identity
public import Ledger

/// The contract of the evidence ledger (证照存证账本): what each version of a licence consisted of, who put it there under
/// which certificate, and when. Written once and never changed.
///
/// Evidence is taken of the version alone that the catalogue has at that moment, from the department that owns it, and
/// only where both name the same fields. A file belongs to one licence.
public struct EvidenceContract: Contract {
    /// The name by which calls find the contract.
    public static let contractName = "evidence"

    /// The names of methods and queries, as calls spell them.
    public enum Method {
        public static let record = "record"
        public static let byFile = "byFile"
    }

    public let name = contractName
    public let version = 2

    public init() {}

    public var methods: [ContractMethod] { [ContractMethod(Method.record, record)] }

    public var queries: [ContractQuery] { [ContractQuery(Method.byFile, byFile)] }

    private func record(
        _ arguments: RecordEvidence, in context: inout ContractContext
    ) throws(ContractError) -> NoResult {
        let identifier = arguments.identifier
        let catalogued = try catalogued(arguments, in: &context)
        if let known = try context.evidenceRecord(of: identifier) {
            guard known.content == arguments.content else {
                throw ContractError(
                    .contentDiffers,
                    "\(identifier) came on the ledger at height \(known.issuedHeight) with other content: "
                        + "a change needs a new version")
            }
            throw ContractError(
                .alreadyIssued, "\(identifier) came on the ledger at height \(known.issuedHeight) with the same content"
            )
        }
        if let file = arguments.content.file { try claim(file, for: identifier, in: &context) }
        let superseded = catalogued.related.flatMap { $0.isSameLicence(as: identifier) ? $0 : nil }
        let record = EvidenceRecord(
            identifier: identifier,
            department: catalogued.department,
            content: arguments.content,
            issuedAt: context.blockTime,
            issuedHeight: context.height,
            transaction: context.transaction,
            issuerKey: context.caller.key,
            supersedes: superseded
        )
        try context.put(EvidenceKeys.record(identifier), record)
        return NoResult()
    }

    /// The catalogue's entry of this very version, which has to be the caller's and to name the same fields.
    private func catalogued(
        _ arguments: RecordEvidence, in context: inout ContractContext
    ) throws(ContractError) -> CatalogueRecord {
        let identifier = arguments.identifier
        guard let record = try context.catalogueRecord(of: identifier), record.identifier == identifier else {
            throw ContractError(.notInForce, "the catalogue has no \(identifier): issue it there first")
        }
        guard record.department == context.caller.department, Self.writers.contains(context.caller.member.role) else {
            throw ContractError(
                .notPermitted,
                "\(identifier) is the one of \(record.department): its clients and administrators write about it")
        }
        guard record.tombstone == nil else {
            throw ContractError(.takenDown, "\(identifier) was taken down at height \(record.changedHeight)")
        }
        guard record.metadataRoot == arguments.content.metadataRoot else {
            throw ContractError(.contentDiffers, "the catalogue has \(identifier) with other fields")
        }
        return record
    }

    /// Writes down whose file it is.
    private func claim(
        _ file: Digest, for identifier: LicenceIdentifier, in context: inout ContractContext
    ) throws(ContractError) {
        let owner = try context.get(EvidenceKeys.file(file), as: LicencePointer.self)?.identifier
        if let owner, !owner.isSameLicence(as: identifier) {
            throw ContractError(.fileInUse, "the file is the one of \(owner): each licence has its own")
        }
        try context.put(EvidenceKeys.file(file), LicencePointer(identifier))
    }

    private func byFile(
        _ arguments: EvidenceByFile, on snapshot: inout ContractSnapshot
    ) throws(ContractError) -> LicencesAnswer {
        let pointer = try snapshot.get(EvidenceKeys.file(arguments.file), as: LicencePointer.self)
        return try snapshot.licences(pointer.map { [$0.identifier] } ?? [])
    }

    /// Who may write: systems and operators, and those who administer them. Nodes and auditors have no licences.
    static let writers: [Role] = [.client, .administrator]
}

extension ContractReader {
    /// The evidence of a version of a licence; `nil` where there is none.
    /// - Throws: `ContractError` with code `stateUnavailable`.
    public mutating func evidenceRecord(
        of identifier: LicenceIdentifier
    ) throws(ContractError) -> EvidenceRecord? {
        try get(EvidenceKeys.record(identifier), of: EvidenceContract.contractName, as: EvidenceRecord.self)
    }
}

extension ContractError.Code {
    /// The file belongs to another licence.
    public static let fileInUse = Self(rawValue: "fileInUse")
}
