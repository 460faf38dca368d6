import Formats
import Identity
public import Ledger

/// The contract of the catalogue ledger (证照目录账本): which licences there are, whose, of what state, and their life.
///
/// Only the department whose issuer code a licence bears may write about it, and identifiers are strict (GB/T 36904). A
/// licence has one entry, of its newest version; each operation leaves the digest of the entry before, so that the
/// entries of all heights form a chain. Which operation is legal from which status is data: ``LicenceCodeTable``.
public struct CatalogueContract: Contract {
    /// The name by which calls find the contract.
    public static let contractName = "catalogue"

    /// The names of methods and queries, as calls spell them.
    public enum Method {
        public static let issue = "issue"
        public static let supersede = "supersede"
        public static let changeStatus = "changeStatus"
        public static let modify = "modify"
        public static let takeDown = "takeDown"
        public static let proposeCodes = "proposeCodes"
        public static let approveCodes = "approveCodes"
        public static let byIdentifiers = "byIdentifiers"
        public static let codes = "codes"
    }

    /// The names of events; each but `codesAdopted` carries a ``LicencePointer``.
    public enum Event {
        public static let issued = "issued"
        public static let superseded = "superseded"
        public static let statusChanged = "statusChanged"
        public static let modified = "modified"
        public static let takenDown = "takenDown"
        /// Carries the adopted ``LicenceCodeTable``.
        public static let codesAdopted = "codesAdopted"
    }

    public let name = contractName
    public let version = 1

    public init() {}

    public var methods: [ContractMethod] {
        [
            ContractMethod(Method.issue, issue),
            ContractMethod(Method.supersede, supersede),
            ContractMethod(Method.changeStatus, changeStatus),
            ContractMethod(Method.modify, modify),
            ContractMethod(Method.takeDown, takeDown),
            ContractMethod(Method.proposeCodes, proposeCodes),
            ContractMethod(Method.approveCodes, approveCodes),
        ]
    }

    public var queries: [ContractQuery] {
        [
            ContractQuery(Method.byIdentifiers, byIdentifiers),
            ContractQuery(Method.codes, codes),
        ]
    }

    private func issue(_ arguments: IssueLicence, in context: inout ContractContext) throws(ContractError) -> NoResult {
        let identifier = arguments.particulars.identifier
        let department = try context.checkIssuer(of: identifier)
        try check(arguments.particulars)
        let rule = try rule(of: arguments.operation, .entry, in: &context)
        try check(arguments.related, by: rule, for: identifier, in: &context)
        let key = CatalogueKeys.record(LicenceKey(identifier))
        if let known = try context.get(key, as: CatalogueRecord.self) {
            guard known.identifier != identifier else {
                throw known.isSame(as: arguments.particulars)
                    ? ContractError(.alreadyIssued, "\(identifier) is in the catalogue with the same particulars")
                    : ContractError(
                        .contentDiffers,
                        "\(identifier) is in the catalogue with other particulars: a change needs a new version")
            }
            throw ContractError(
                .wrongVersion,
                "the catalogue has version \(known.identifier.version) of this licence: a further one supersedes it")
        }
        let record = CatalogueRecord(
            arguments.particulars, department: department, operation: arguments.operation, related: arguments.related,
            at: context.blockTime, height: context.height, transaction: context.transaction)
        try context.put(key, record)
        try context.emit(Event.issued, LicencePointer(identifier))
        return NoResult()
    }

    private func supersede(
        _ arguments: SupersedeLicence, in context: inout ContractContext
    ) throws(ContractError) -> NoResult {
        let identifier = arguments.particulars.identifier
        try check(arguments.particulars)
        if let basis = arguments.basis { try Self.check(text: basis, "basis") }
        let rule = try rule(of: arguments.operation, .newVersion, in: &context)
        let (current, before) = try current(arguments.supersedes, in: &context)
        guard arguments.supersedes.nextVersion == identifier else {
            throw ContractError(
                .wrongVersion,
                "\(identifier) is not the version after \(arguments.supersedes)"
                    + (arguments.supersedes.nextVersion.map { ", which is \($0)" } ?? "; it has no version after it"))
        }
        try check(current, to: .valid, by: rule, in: context)
        var record = CatalogueRecord(
            arguments.particulars, department: current.department, operation: arguments.operation,
            related: arguments.supersedes, at: context.blockTime, height: context.height,
            transaction: context.transaction)
        record.basis = arguments.basis
        record.revision = current.revision + 1
        record.previous = before
        try context.put(CatalogueKeys.record(LicenceKey(identifier)), record)
        try context.emit(Event.superseded, LicencePointer(arguments.supersedes))
        return NoResult()
    }

    private func changeStatus(
        _ arguments: ChangeLicenceStatus, in context: inout ContractContext
    ) throws(ContractError) -> NoResult {
        try Self.check(text: arguments.basis, "basis")
        let rule = try rule(of: arguments.operation, .status, in: &context)
        let (current, before) = try current(arguments.identifier, in: &context)
        try check(current, to: arguments.status, by: rule, in: context)
        var record = current
        record.status = arguments.status
        try put(&record, by: arguments.operation, arguments.basis, after: before, in: &context)
        try context.emit(Event.statusChanged, LicencePointer(arguments.identifier))
        return NoResult()
    }

    private func modify(_ arguments: ModifyLicence, in context: inout ContractContext) throws(ContractError) -> NoResult
    {
        try Self.check(text: arguments.basis, "basis")
        try Self.check(locator: arguments.locator)
        let rule = try rule(of: .modify, .modification, in: &context)
        let (current, before) = try current(arguments.identifier, in: &context)
        guard arguments.previous == before else {
            throw ContractError(
                .stateHasMoved,
                "the entry of \(arguments.identifier) is at revision \(current.revision) by now: look at it again")
        }
        try check(current, to: current.effectiveStatus(at: context.blockTime), by: rule, in: context)
        var record = current
        record.holder = arguments.holder
        record.locator = arguments.locator
        try put(&record, by: .modify, arguments.basis, after: before, in: &context)
        try context.emit(Event.modified, LicencePointer(arguments.identifier))
        return NoResult()
    }

    private func takeDown(
        _ arguments: TakeDownLicence, in context: inout ContractContext
    ) throws(ContractError) -> NoResult {
        try Self.check(text: arguments.basis, "basis")
        let rule = try rule(of: .takeDown, .takeDown, in: &context)
        let (current, before) = try current(arguments.identifier, in: &context)
        try check(current, to: current.effectiveStatus(at: context.blockTime), by: rule, in: context)
        var record = current
        record.holder = nil
        record.locator = nil
        record.metadataRoot = nil
        record.tombstone = CatalogueRecord.Tombstone(basis: arguments.basis, takenDownAt: context.blockTime)
        try put(&record, by: .takeDown, arguments.basis, after: before, in: &context)
        try context.emit(Event.takenDown, LicencePointer(arguments.identifier))
        return NoResult()
    }
}

extension CatalogueContract {
    /// The entry of the version that the catalogue has now, and its digest.
    private func current(
        _ identifier: LicenceIdentifier, in context: inout ContractContext
    ) throws(ContractError) -> (record: CatalogueRecord, digest: Digest) {
        _ = try context.checkIssuer(of: identifier)
        guard let bytes = try context.get(CatalogueKeys.record(LicenceKey(identifier))),
            let record = try context.catalogueRecord(of: identifier)
        else { throw ContractError(.notFound, "\(identifier) is not in the catalogue") }
        guard record.tombstone == nil else {
            throw ContractError(.takenDown, "\(identifier) was taken down at height \(record.changedHeight)")
        }
        guard record.identifier == identifier else {
            throw ContractError(
                .notInForce, "the catalogue has \(record.identifier), not version \(identifier.version)")
        }
        return (record, context.genesis.suite.digest(of: bytes))
    }

    /// Writes the next state of an entry.
    private func put(
        _ record: inout CatalogueRecord, by operation: LicenceOperation, _ basis: String, after previous: Digest,
        in context: inout ContractContext
    ) throws(ContractError) {
        record.operation = operation
        record.basis = basis
        record.revision += 1
        record.previous = previous
        record.changedAt = context.blockTime
        record.changedHeight = context.height
        record.transaction = context.transaction
        try context.put(CatalogueKeys.record(LicenceKey(record.identifier)), record)
    }

    /// The rule of an operation in the table in force, which has to be of the call's kind.
    private func rule(
        of operation: LicenceOperation, _ effect: LicenceCodeTable.Effect, in context: inout ContractContext
    ) throws(ContractError) -> LicenceCodeTable.OperationRule {
        let adopted = try context.get(CatalogueKeys.operation(operation), as: LicenceCodeTable.OperationRule.self)
        guard let rule = adopted ?? LicenceCodeTable.standard.rule(of: operation) else {
            throw ContractError(.unknownCode, "the table of codes has no operation \(operation.text)")
        }
        guard rule.effect == effect else {
            throw ContractError(
                .wrongOperation,
                "operation \(operation.text) \(rule.name) (\(rule.englishName)) is another kind of call")
        }
        return rule
    }

    private func check(
        _ record: CatalogueRecord, to status: LicenceStatus, by rule: LicenceCodeTable.OperationRule,
        in context: ContractContext
    ) throws(ContractError) {
        let from = record.effectiveStatus(at: context.blockTime)
        guard rule.allows(from: from, to: status) else {
            throw ContractError(
                .illegalTransition,
                "operation \(rule.operation.text) \(rule.name) does not lead from status \(from.text) to \(status.text)"
            )
        }
    }

    /// The licence that this one came from: one that this ledger has must be on its way out there.
    private func check(
        _ related: LicenceIdentifier?, by rule: LicenceCodeTable.OperationRule, for identifier: LicenceIdentifier,
        in context: inout ContractContext
    ) throws(ContractError) {
        guard let related else {
            guard !rule.needsRelated else {
                throw ContractError(
                    .relatedMissing,
                    "operation \(rule.operation.text) \(rule.name) names the licence that it comes from")
            }
            return
        }
        guard rule.needsRelated else {
            throw ContractError(.relatedMissing, "operation \(rule.operation.text) \(rule.name) comes from no licence")
        }
        guard !related.isSameLicence(as: identifier) else {
            throw ContractError(.relatedMissing, "a licence is not transferred in from itself")
        }
        guard let origin = try context.catalogueRecord(of: related) else { return }
        guard origin.identifier == related, origin.effectiveStatus(at: context.blockTime) == .transferredOut else {
            throw ContractError(
                .illegalTransition, "\(related) is not being transferred out: its issuer has to do that first")
        }
    }

    private func check(_ particulars: CatalogueParticulars) throws(ContractError) {
        try Self.check(locator: particulars.locator)
    }

    /// A locator is a name that the owner's node understands: no text, which might hold anything.
    private static func check(locator: String?) throws(ContractError) {
        guard let locator else { return }
        guard !locator.isEmpty, locator.utf8.allSatisfy({ (0x21...0x7e).contains($0) }) else {
            throw ContractError(.malformedArguments, "a locator is visible ASCII without spaces")
        }
        try check(text: locator, "locator")
    }

    static func check(text: String, _ name: String) throws(ContractError) {
        do throws(LicenceError) {
            try PersonalDataGuard().check(Array(text.utf8))
        } catch {
            throw ContractError(.personalData, "the \(name) holds personal data, which never goes on the ledger")
        }
    }
}

extension CatalogueRecord {
    /// Whether the entry still says what these particulars say.
    func isSame(as particulars: CatalogueParticulars) -> Bool {
        identifier == particulars.identifier && holder == particulars.holder && validity == particulars.validity
            && issuedOn == particulars.issuedOn && region == particulars.region
            && metadataRoot == particulars.metadataRoot && locator == particulars.locator
    }
}

extension ContractContext {
    /// The department that speaks for the licence's issuer code, which has to be the caller's.
    func checkIssuer(of identifier: LicenceIdentifier) throws(ContractError) -> DepartmentName {
        let code = identifier.issuerCode.text
        guard let department = genesis.department(issuingUnder: code) else {
            throw ContractError(.notPermitted, "no department of this consortium issues under the code \(code)")
        }
        guard caller.department == department else {
            throw ContractError(
                .notPermitted,
                "the code \(code) is the one of \(department); \(caller.department) may not write about it")
        }
        guard EvidenceContract.writers.contains(caller.member.role) else {
            throw ContractError(
                .notPermitted,
                "licences are written by clients and administrators, not by a \(caller.member.role.rawValue)")
        }
        // Some issuers number licences by their holders. Such a number must never get here.
        guard (try? ResidentIdentityNumber(identifier.serial.text)) == nil else {
            throw ContractError(.personalData, "the serial number is a resident identity number: choose another")
        }
        return department
    }
}

extension ContractError.Code {
    /// The ledger has this version of the licence already, with the same content.
    public static let alreadyIssued = Self(rawValue: "alreadyIssued")
    /// The ledger has this version of the licence already, with other content.
    public static let contentDiffers = Self(rawValue: "contentDiffers")
    /// The catalogue has another version of the licence.
    public static let notInForce = Self(rawValue: "notInForce")
    /// The version is not the one that follows what the ledger has of this licence.
    public static let wrongVersion = Self(rawValue: "wrongVersion")
    /// The table of codes does not have the code.
    public static let unknownCode = Self(rawValue: "unknownCode")
    /// The operation is not one of the call's.
    public static let wrongOperation = Self(rawValue: "wrongOperation")
    /// The operation does not lead from the licence's status to the one that is named.
    public static let illegalTransition = Self(rawValue: "illegalTransition")
    /// The licence that this one comes from is missing, or must not be named.
    public static let relatedMissing = Self(rawValue: "relatedMissing")
    /// The entry is not the one that the caller has seen.
    public static let stateHasMoved = Self(rawValue: "stateHasMoved")
    /// The licence was taken down.
    public static let takenDown = Self(rawValue: "takenDown")
    /// Personal data was about to go on the ledger.
    public static let personalData = Self(rawValue: "personalData")
}
