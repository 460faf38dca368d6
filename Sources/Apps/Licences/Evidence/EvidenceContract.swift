import Formats
import Identity
public import Ledger

/// The contract of the evidence ledger (证照存证账本): what was issued, by whom, when, and whether it still holds.
///
/// Only the department whose issuer code a licence bears may write about it, and identifiers are strict (GB/T 36904).
/// Versions of one licence form a chain: the first that the ledger sees is issued, each further one supersedes the one
/// before, and at most the newest is in force. A file belongs to one licence.
public struct EvidenceContract: Contract {
    /// The name by which calls find the contract.
    public static let contractName = "evidence"

    /// The names of methods and queries, as calls spell them.
    public enum Method {
        public static let issue = "issue"
        public static let change = "change"
        public static let revoke = "revoke"
        public static let byIdentifiers = "byIdentifiers"
        public static let byFile = "byFile"
    }

    /// The names of events; each carries an ``EvidencePointer``.
    public enum Event {
        public static let issued = "issued"
        public static let superseded = "superseded"
        public static let revoked = "revoked"
    }

    public let name = contractName
    public let version = 1

    public init() {}

    public var methods: [ContractMethod] {
        [
            ContractMethod(Method.issue, issue),
            ContractMethod(Method.change, change),
            ContractMethod(Method.revoke, revoke),
        ]
    }

    public var queries: [ContractQuery] {
        [
            ContractQuery(Method.byIdentifiers, byIdentifiers),
            ContractQuery(Method.byFile, byFile),
        ]
    }

    private func issue(
        _ arguments: IssueEvidence,
        in context: inout ContractContext
    ) throws(ContractError) -> NoResult {
        let department = try checkIssuer(of: arguments.identifier, in: context)
        try checkIsNew(arguments.identifier, arguments.content, in: &context)
        if let newest = try newest(of: arguments.identifier, in: &context) {
            throw ContractError(
                .wrongVersion,
                "the ledger has version \(newest.identifier.version) of this licence: a further one is a change of it"
            )
        }
        try write(arguments.identifier, arguments.content, by: department, superseding: nil, in: &context)
        return NoResult()
    }

    private func change(
        _ arguments: ChangeEvidence,
        in context: inout ContractContext
    ) throws(ContractError) -> NoResult {
        let department = try checkIssuer(of: arguments.identifier, in: context)
        try checkIsNew(arguments.identifier, arguments.content, in: &context)
        var current = try live(arguments.supersedes, in: &context)
        guard arguments.supersedes.nextVersion == arguments.identifier else {
            throw ContractError(
                .wrongVersion,
                "\(arguments.identifier) is not the version after \(arguments.supersedes)"
                    + (arguments.supersedes.nextVersion.map { ", which is \($0)" } ?? "; it has no version after it")
            )
        }
        current.status = .superseded
        current.supersededBy = arguments.identifier
        try context.put(EvidenceKeys.record(current.identifier), current)
        try context.emit(Event.superseded, EvidencePointer(current.identifier))
        try write(
            arguments.identifier, arguments.content, by: department, superseding: arguments.supersedes, in: &context)
        return NoResult()
    }

    private func revoke(
        _ arguments: RevokeEvidence,
        in context: inout ContractContext
    ) throws(ContractError) -> NoResult {
        _ = try checkIssuer(of: arguments.identifier, in: context)
        guard LicenceStatus.endings.contains(arguments.status) else {
            throw ContractError(.wrongStatus, "a licence does not end with status \(arguments.status.text)")
        }
        do throws(LicenceError) {
            try PersonalDataGuard().check(Array(arguments.basis.utf8))
        } catch {
            throw ContractError(.personalData, "the basis holds personal data, which never goes on the ledger")
        }
        var record = try live(arguments.identifier, in: &context)
        record.status = .revoked
        record.revocation = EvidenceRecord.Revocation(
            status: arguments.status,
            basis: arguments.basis,
            revokedAt: context.blockTime
        )
        try context.put(EvidenceKeys.record(record.identifier), record)
        try context.emit(Event.revoked, EvidencePointer(record.identifier))
        return NoResult()
    }

    private func byIdentifiers(
        _ arguments: EvidenceByIdentifiers,
        on snapshot: inout ContractSnapshot
    ) throws(ContractError) -> EvidenceAnswer {
        var found: [LicenceIdentifier: EvidenceRecord] = [:]
        for identifier in arguments.identifiers {
            if let record = try record(identifier, in: &snapshot) { found[identifier] = record }
            if let newest = try newest(of: identifier, in: &snapshot) { found[newest.identifier] = newest }
        }
        let records = found.values.sorted { $0.identifier < $1.identifier }
        return EvidenceAnswer(height: snapshot.height, time: snapshot.time, records: records)
    }

    private func byFile(
        _ arguments: EvidenceByFile,
        on snapshot: inout ContractSnapshot
    ) throws(ContractError) -> EvidenceAnswer {
        var records: [EvidenceRecord] = []
        if let pointer = try snapshot.get(EvidenceKeys.file(arguments.file), as: EvidencePointer.self),
            let record = try record(pointer.identifier, in: &snapshot)
        {
            records = [record]
        }
        return EvidenceAnswer(height: snapshot.height, time: snapshot.time, records: records)
    }
}

extension EvidenceContract {
    private func write(
        _ identifier: LicenceIdentifier,
        _ content: EvidenceContent,
        by department: DepartmentName,
        superseding: LicenceIdentifier?,
        in context: inout ContractContext
    ) throws(ContractError) {
        if let file = content.file {
            let owner = try context.get(EvidenceKeys.file(file), as: EvidencePointer.self)?.identifier
            if let owner, !owner.isSameLicence(as: identifier) {
                throw ContractError(.fileInUse, "the file is the one of \(owner): each licence has its own")
            }
            try context.put(EvidenceKeys.file(file), EvidencePointer(identifier))
        }
        let record = EvidenceRecord(
            identifier: identifier,
            department: department,
            content: content,
            issuedAt: context.blockTime,
            issuedHeight: context.height,
            transaction: context.transaction,
            issuerKey: context.caller.key,
            supersedes: superseding
        )
        try context.put(EvidenceKeys.record(identifier), record)
        try context.put(EvidenceKeys.newest(identifier), EvidencePointer(identifier))
        try context.emit(Event.issued, EvidencePointer(identifier))
    }

    /// The department that speaks for the licence's issuer code, which has to be the caller's.
    private func checkIssuer(
        of identifier: LicenceIdentifier,
        in context: ContractContext
    ) throws(ContractError) -> DepartmentName {
        let code = identifier.issuerCode.text
        guard let department = context.genesis.department(issuingUnder: code) else {
            throw ContractError(.notPermitted, "no department of this consortium issues under the code \(code)")
        }
        guard context.caller.department == department else {
            throw ContractError(
                .notPermitted,
                "the code \(code) is the one of \(department); \(context.caller.department) may not write about it"
            )
        }
        guard Self.writers.contains(context.caller.member.role) else {
            throw ContractError(
                .notPermitted,
                "licences are written by clients and administrators, not by a \(context.caller.member.role.rawValue)"
            )
        }
        // Some issuers number licences by their holders. Such a number must never get here.
        guard (try? ResidentIdentityNumber(identifier.serial.text)) == nil else {
            throw ContractError(.personalData, "the serial number is a resident identity number: choose another")
        }
        return department
    }

    private func checkIsNew(
        _ identifier: LicenceIdentifier,
        _ content: EvidenceContent,
        in context: inout ContractContext
    ) throws(ContractError) {
        guard let known = try record(identifier, in: &context) else { return }
        guard known.content == content else {
            throw ContractError(
                .contentDiffers,
                "\(identifier) was issued at height \(known.issuedHeight) with other content: "
                    + "a change needs a new version"
            )
        }
        throw ContractError(
            .alreadyIssued, "\(identifier) was issued at height \(known.issuedHeight) with the same content")
    }

    private func live(
        _ identifier: LicenceIdentifier,
        in context: inout ContractContext
    ) throws(ContractError) -> EvidenceRecord {
        guard let record = try record(identifier, in: &context) else {
            throw ContractError(.notFound, "\(identifier) is not on the ledger")
        }
        switch record.status {
        case .valid:
            return record
        case .superseded:
            throw ContractError(
                .notInForce,
                "\(identifier) is superseded by \(record.supersededBy?.text ?? "a newer version")"
            )
        case .revoked:
            throw ContractError(.notInForce, "\(identifier) has ended already")
        }
    }

    private func record(
        _ identifier: LicenceIdentifier,
        in reader: inout some ContractReader
    ) throws(ContractError) -> EvidenceRecord? {
        try reader.get(EvidenceKeys.record(identifier), as: EvidenceRecord.self)
    }

    /// The newest version of the licence that `identifier` names a version of.
    private func newest(
        of identifier: LicenceIdentifier,
        in reader: inout some ContractReader
    ) throws(ContractError) -> EvidenceRecord? {
        guard let pointer = try reader.get(EvidenceKeys.newest(identifier), as: EvidencePointer.self) else {
            return nil
        }
        return try record(pointer.identifier, in: &reader)
    }

    /// Who may write: systems and operators, and those who administer them. Nodes and auditors have no licences.
    static let writers: [Role] = [.client, .administrator]
}

extension ContractError.Code {
    /// The ledger has this version of the licence already, with the same content.
    public static let alreadyIssued = Self(rawValue: "alreadyIssued")
    /// The ledger has this version of the licence already, with other content.
    public static let contentDiffers = Self(rawValue: "contentDiffers")
    /// The licence is superseded or has ended.
    public static let notInForce = Self(rawValue: "notInForce")
    /// The version is not the one that follows what the ledger has of this licence.
    public static let wrongVersion = Self(rawValue: "wrongVersion")
    /// The status is not one that the call may set.
    public static let wrongStatus = Self(rawValue: "wrongStatus")
    /// The file belongs to another licence.
    public static let fileInUse = Self(rawValue: "fileInUse")
    /// Personal data was about to go on the ledger.
    public static let personalData = Self(rawValue: "personalData")
}
