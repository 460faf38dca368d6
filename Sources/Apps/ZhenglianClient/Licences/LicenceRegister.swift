public import Formats
public import Identity
import Ledger
public import Licences
public import Nodes

/// Licences on the ledger: what it holds of them, and what their owner does to them (目录与存证).
public struct LicenceRegister: LicenceLedger {
    private let client: ZhenglianClient

    init(_ client: ZhenglianClient) { self.client = client }

    /// What catalogue and evidence hold of some licences, as the node states it.
    /// - Parameter identifiers: at most `LicencesByIdentifiers.maximumCount`.
    /// - Throws: `NodeError`, or the transport's error.
    public func licences(_ identifiers: [LicenceIdentifier]) async throws -> LicencesAnswer {
        try await client.ledger.query(
            contract: CatalogueContract.contractName, name: CatalogueContract.Method.byIdentifiers,
            arguments: LicencesByIdentifiers(identifiers), as: LicencesAnswer.self
        ).result
    }

    /// What catalogue and evidence hold of the licence that a file belongs to, as the node states it.
    /// - Throws: `NodeError`, or the transport's error.
    public func licence(ofFile file: Digest) async throws -> LicencesAnswer {
        try await client.ledger.query(
            contract: EvidenceContract.contractName, name: EvidenceContract.Method.byFile,
            arguments: EvidenceByFile(file), as: LicencesAnswer.self
        ).result
    }

    /// The table of codes in force, and the one that is proposed, as the node states it.
    /// - Throws: `NodeError`, or the transport's error.
    public func codes() async throws -> TableAnswer<LicenceCodeTable> {
        try await client.ledger.query(
            contract: CatalogueContract.contractName, name: CatalogueContract.Method.codes, arguments: NoResult(),
            as: TableAnswer.self
        ).result
    }

    /// Proposes the next table of codes, as an administrator.
    /// - Parameter table: every code of the table in force, and what is new; its version is the next one.
    /// - Throws: `LicenceError` with code `personalData` where a name looks like it; `TransactionRejected` with code
    ///   `notPermitted`, `wrongVersion`, `unknownCode` or `wrongOperation`; otherwise as ``outcome(of:)``.
    @discardableResult
    public func propose(_ table: LicenceCodeTable) async throws -> Outcome {
        // Told here already: what is in a transaction is on the ledger even where the contract refuses it.
        for name in table.names { try PersonalDataGuard().check(Array(name.utf8)) }
        return try await client.write(CatalogueContract.contractName, CatalogueContract.Method.proposeCodes, table)
    }

    /// Approves the proposed table of codes, as an administrator.
    /// - Parameter table: the digest of its DER, so that nobody approves another unawares.
    /// - Throws: `TransactionRejected` with code `notPermitted`, `notFound`, `stateHasMoved` or `alreadyApproved`;
    ///   otherwise as ``outcome(of:)``.
    @discardableResult
    public func approveCodes(_ table: Digest) async throws -> Outcome {
        try await client.write(
            CatalogueContract.contractName, CatalogueContract.Method.approveCodes, ApproveTable(table))
    }

    /// Has `calls` take effect together, and says what became of them.
    /// - Throws: `TransactionUndecided`, `NodeError`, or the transport's error.
    public func outcome(of calls: [Call]) async throws -> Outcome { try await client.outcome(of: calls) }

    /// Does one thing to a licence.
    /// - Throws: `TransactionRejected` where the ledger refuses it, or what ``outcome(of:)`` throws.
    @discardableResult
    public func submit(_ call: LicenceCall) async throws -> Outcome {
        try await client.submitter.submit([call.call])
    }

    /// Changes the status of a licence (暂扣、发还、注销、撤销、吊销、转出、取消转出). A licence that is revoked or cancelled takes
    /// the authorisations on it with it, in the same transaction (授权关闭).
    /// - Parameters:
    ///   - identifier: the version that the catalogue has now.
    ///   - status: what it has from now on.
    ///   - operation: why, as a code.
    ///   - basis: the rule or decision; never a name or a number of a person.
    /// - Throws: `LicenceError` with code `personalData` where the basis looks like it; otherwise as ``submit(_:)``.
    @discardableResult
    public func changeStatus(
        of identifier: LicenceIdentifier, to status: LicenceStatus, by operation: LicenceOperation, basis: String
    ) async throws -> Outcome {
        // Told here already: what is in a transaction is on the ledger even where the contract refuses it.
        try PersonalDataGuard().check(Array(basis.utf8))
        let change = LicenceCall.changeStatus(
            ChangeLicenceStatus(identifier: identifier, operation: operation, status: status, basis: basis))
        guard LicenceStatus.closing.contains(status) else { return try await submit(change) }
        return try await client.submitter.submit([change.call, .closingAuthorisations(identifier, basis: basis)])
    }

    /// Puts a licence on the ledger that was transferred in from another issuer (转入), with its evidence.
    ///
    /// The same licence with the same salts takes effect once, however often it is handed in.
    /// - Parameters:
    ///   - licence: as its new issuer has prepared it.
    ///   - origin: the licence that it comes from; one that this ledger has must be transferred out there.
    /// - Throws: as ``submit(_:)``.
    @discardableResult
    public func transferIn(_ licence: PreparedLicence, from origin: LicenceIdentifier) async throws -> Outcome {
        let issue = IssueLicence(licence.particulars, operation: .transferIn, related: origin)
        let calls = [LicenceCall.issue(issue), .record(licence.evidence)].map(\.call)
        return try await client.submitter.submit(
            calls, key: IdempotencyKey(content: calls, suite: client.genesis.suite))
    }

    /// Puts another holder or locator in the place of those that somebody has seen (修改). What a licence prints changes
    /// by a new version only.
    /// - Parameters:
    ///   - seen: the catalogue's entry that the caller has looked at; if it has changed since, nothing is done.
    ///   - holder: the holder's pseudonym from now on.
    ///   - locator: where the owner's node keeps the licence from now on.
    ///   - basis: the rule or decision; never a name or a number of a person.
    /// - Throws: `LicenceError` with code `personalData` where a text looks like it; `TransactionRejected` with code
    ///   `stateHasMoved` where the entry has changed; otherwise as ``submit(_:)``.
    @discardableResult
    public func modify(
        _ seen: CatalogueRecord, holder: HolderPseudonym?, locator: String?, basis: String
    ) async throws -> Outcome {
        for text in [basis, locator].compactMap(\.self) { try PersonalDataGuard().check(Array(text.utf8)) }
        return try await submit(
            .modify(
                ModifyLicence(
                    identifier: seen.identifier, previous: client.genesis.suite.digest(of: seen.derBytes),
                    holder: holder, locator: locator, basis: basis)))
    }

    /// Takes a licence down (下链): the catalogue keeps a tombstone. Payload and salts are
    /// destroyed by ``destroy(_:at:retry:)`` after it.
    /// - Throws: as ``changeStatus(of:to:by:basis:)``.
    @discardableResult
    public func takeDown(_ identifier: LicenceIdentifier, basis: String) async throws -> Outcome {
        try PersonalDataGuard().check(Array(basis.utf8))
        return try await submit(.takeDown(TakeDownLicence(identifier: identifier, basis: basis)))
    }

    /// Has the owner's node destroy what its vault holds of a licence that was taken down (销毁); the same again changes
    /// nothing.
    /// - Parameters:
    ///   - identifier: any version of the licence.
    ///   - service: the owner's node. What another node has taken in a moment ago it may not have executed yet, so it
    ///     is asked again for a while.
    ///   - retry: how long.
    /// - Throws: ``LicenceServiceError``, with code `noVault` where the node has none.
    public func destroy(
        _ identifier: LicenceIdentifier, at service: any LicenceService,
        retry: Retry = Retry(patience: .seconds(20))
    ) async throws -> DestructionReply {
        try await retry.run(while: { ($0 as? LicenceServiceError)?.code == .notTakenDown }) {
            try await service.destroy(
                DestructionMessage(licence: identifier.text), caller: client.identity.member)
        }
    }

    /// Compares what somebody holds of a licence with the ledger: fetches the node's statement and the receipts, and
    /// checks them against the genesis file.
    /// - Parameters:
    ///   - shown: what is held.
    ///   - identifier: the licence that it is said to be; `nil` to find it by its file.
    /// - Throws: `NodeError`, or the transport's error.
    public func verify(
        _ shown: LicenceVerification.Shown, identifier: LicenceIdentifier?
    ) async throws -> LicenceVerification {
        let statement = try await statement(about: shown, identifier)
        let known = identifier ?? statement.evidence?.identifier
        let file: Digest? = if case .file(let digest) = shown { digest } else { nil }
        let name = known.map(CatalogueContract.stateName(of:)) ?? file.map(EvidenceContract.stateName(ofFile:))
        return LicenceVerification(
            shown,
            identifier: identifier,
            statement: statement,
            proof: try await proof(of: statement.evidence.map { .transaction($0.transaction) }),
            current: try await current(name, statement),
            verifier: client.verifier
        )
    }

    private func statement(
        about shown: LicenceVerification.Shown, _ identifier: LicenceIdentifier?
    ) async throws -> LicenceVerification.Statement {
        let answer: LicencesAnswer
        if let identifier {
            answer = try await licences([identifier])
        } else if case .file(let digest) = shown {
            answer = try await licence(ofFile: digest)
        } else {
            throw LicenceError(.missingValue, "fields are compared with a licence that is named: give its identifier")
        }
        return LicenceVerification.Statement(
            source: try await client.ledger.respondent().description,
            asOf: LicenceCheck.Moment(height: answer.height, time: answer.time),
            record: answer.records.first,
            evidence: answer.evidence.first
        )
    }

    /// The receipt of what the state holds: as of the newest height that a header vouches for, which is to be had at
    /// once. Only where the statement differs, because a block since then has changed something, the header is waited
    /// for that vouches for the statement's height.
    private func current(
        _ name: StateName?, _ statement: LicenceVerification.Statement
    ) async throws -> LicenceVerification.Proof {
        let newest = try await proof(of: name.map { .state($0, asOf: nil) })
        guard case .receipt(let receipt) = newest, !receipt.agrees(with: statement.record) else { return newest }
        return try await proof(of: name.map { .state($0, asOf: statement.asOf.height) })
    }

    private func proof(of question: ReceiptQuestion?) async throws -> LicenceVerification.Proof {
        guard let question else { return .missing(BilingualText("there is nothing to prove", "没有可证明的内容")) }
        do {
            return .receipt(try await client.ledger.sealedReceipt(answering: question))
        } catch let error as NodeError {
            return .missing(BilingualText("the node gave no receipt: \(error)", "节点未给出回执：\(error)"))
        }
    }
}

extension Call {
    /// Ends everything that was granted on a licence; it takes effect where the licence is no longer in force.
    public static func closingAuthorisations(_ licence: LicenceIdentifier, basis: String) -> Call {
        Call(
            contract: AuthorisationContract.contractName, method: AuthorisationContract.Method.close,
            arguments: CloseAuthorisations(licence, basis: basis).derBytes)
    }
}

extension Receipt {
    /// Whether it is of the catalogue's entry as it is stated, or of none where none is stated.
    fileprivate func agrees(with record: CatalogueRecord?) -> Bool {
        switch subject {
        case .entry(let entry): entry.value == record?.derBytes
        case .absence: record == nil
        default: false
        }
    }
}

extension ZhenglianClient {
    /// Licences: what the ledger holds of them, and what their owner does to them.
    public var licences: LicenceRegister { LicenceRegister(self) }
}
