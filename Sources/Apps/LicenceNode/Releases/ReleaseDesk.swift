import Formats
import Identity
import Ledger
import Licences
import Logging
import Nodes
import Vault
import ZhenglianClient

/// Releases licences on tickets (释放服务), one at a time for each ticket.
///
/// The order of effects: the ticket is checked; what is released is gathered and sealed; it is kept in the vault; the
/// usage ledger takes in its digest; only then it is handed out. Wherever that ends, nothing has been handed out that
/// the ledger does not know of; and who asks again with the same ticket, because an answer was lost, gets the very same
/// bytes, which only the same key opens.
actor ReleaseDesk {
    private let check: TicketCheck
    private let vault: LicenceVault
    private let submitter: Submitter
    private let logger: Logger
    private var rates: RateWindow<DepartmentName>
    private var generator: any RandomNumberGenerator & Sendable
    /// Tickets that are being carried out: a second call does not begin the work anew.
    private var underWay: Set<DecisionIdentifier> = []

    private var genesis: Genesis { check.genesis }

    init(
        vault: LicenceVault, submitter: Submitter, department: DepartmentName, limits: ReleaseLimits, logger: Logger,
        generator: any RandomNumberGenerator & Sendable
    ) {
        check = TicketCheck(genesis: vault.genesis, department: department, ledger: submitter.client)
        self.vault = vault
        self.submitter = submitter
        self.logger = logger
        self.generator = generator
        rates = RateWindow(
            limit: limits.releasesPerDepartment, window: limits.window, maximumKeyCount: limits.rememberedRates)
    }

    /// Releases what the ticket in `message` allows.
    /// - Throws: ``LicenceServiceError``.
    func release(_ message: ReleaseMessage, caller: MemberName?) async throws(LicenceServiceError) -> ReleaseReply {
        let order = try await check.order(message, caller: caller)
        let decision = order.decision
        guard rates.admit(decision.requester, at: order.time) else {
            throw LicenceServiceError(
                .overloaded,
                "\(decision.requester) fetches more than the node releases at a time: try again in a minute")
        }
        // Checked after the last suspension, so that of two calls one is first.
        guard underWay.insert(decision.identifier).inserted else {
            throw LicenceServiceError(.overloaded, "the ticket is being carried out: ask again in a moment")
        }
        defer { underWay.remove(decision.identifier) }
        let (kept, use) = try prepare(order)
        try await record(use, for: decision)
        logger.info(
            "released",
            metadata: [
                "decision": "\(decision.identifier)", "requester": "\(decision.requester)", "kind": "\(order.kind)",
            ])
        return ReleaseReply(sealed: kept.sealed)
    }

    /// What is handed out, and what the ledger is told of it: as it was kept at the first attempt, or gathered now.
    private func prepare(_ order: TicketCheck.Order) throws(LicenceServiceError) -> (KeptRelease, ReleaseUse) {
        let decision = order.decision
        do {
            let columns = try columns(of: order)
            func use(_ delivered: Digest) -> ReleaseUse {
                ReleaseUse(
                    decision: decision.identifier, kind: order.kind, fields: columns, delivered: delivered)
            }
            if let kept = try vault.release(to: decision.identifier.digest) {
                guard kept.kind == order.kind else {
                    throw LicenceServiceError(.usedUp, "the ticket was used for something else: decide anew")
                }
                return (kept, use(kept.delivered))
            }
            let content = try content(of: order, columns: columns)
            let sealed = try genesis.suite.recipientCipher.seal(
                content.derBytes, to: decision.recipientKey,
                context: ReleasedContent.sealingContext(of: decision.identifier))
            let kept = try vault.keep(
                KeptRelease(
                    kind: order.kind, delivered: content.digest(suite: genesis.suite), sealed: sealed),
                of: decision.licence, decision: decision.identifier.digest, until: decision.expiresAt, now: order.time)
            return (kept, use(kept.delivered))
        } catch let error as LicenceServiceError {
            throw error
        } catch let error as VaultError {
            throw LicenceServiceError(error)
        } catch {
            throw LicenceServiceError(.unavailable, "the release could not be made: \(error)")
        }
    }

    /// What is released of what the decision permits.
    private func columns(of order: TicketCheck.Order) throws(LicenceServiceError) -> [LicenceColumn] {
        let permitted = order.decision.fields
        switch order.kind {
        case .fields:
            let columns = permitted.filter { LicenceMetadata.names.contains($0) }
            guard !columns.isEmpty else {
                throw LicenceServiceError(.notAllowed, "the decision permits no field: ask for the file")
            }
            return columns
        case .file:
            guard permitted.contains(.file) else {
                throw LicenceServiceError(.notAllowed, "the decision does not permit the file: ask for the fields")
            }
            return permitted
        }
    }

    private func content(of order: TicketCheck.Order, columns: [LicenceColumn]) throws -> ReleasedContent {
        let decision = order.decision
        let licence = try vault.licence(decision.licence)
        let disclosures = try columns.compactMap {
            try licence.metadata.disclosure(of: $0, salts: licence.salts, suite: genesis.suite)
        }
        var file: [UInt8]?
        if order.kind == .file {
            guard let held = try vault.file(of: decision.licence) else {
                throw LicenceServiceError(.notHeld, "the vault has no file of \(decision.licence): ask for its fields")
            }
            file = held
        }
        return ReleasedContent(
            note: ReleaseNote(decision), disclosures: disclosures, file: file, using: &generator)
    }

    /// Has the ledger take in the release; the same one again changes nothing.
    private func record(_ use: ReleaseUse, for decision: Decision) async throws(LicenceServiceError) {
        let calls = [
            Call(
                contract: UsageContract.contractName, method: UsageContract.Method.release, arguments: use.derBytes)
        ]
        do {
            try await submitter.submit(calls, key: IdempotencyKey(content: calls, suite: genesis.suite))
        } catch let error as TransactionRejected where error.code == .ticketExpired {
            throw LicenceServiceError(.expired, "the ledger says: \(error.message)")
        } catch let error as TransactionRejected where error.code == .ticketUsed {
            // It may have been this very release, of an attempt that ended before its answer.
            guard try await isRecorded(use) else {
                throw LicenceServiceError(.usedUp, "the ledger says: \(error.message)")
            }
        } catch let error as TransactionRejected {
            throw LicenceServiceError(.notAllowed, "the ledger refuses the release: \(error)")
        } catch {
            throw LicenceServiceError(.unavailable, "the ledger did not take in the release: \(error)")
        }
    }

    private func isRecorded(_ use: ReleaseUse) async throws(LicenceServiceError) -> Bool {
        do {
            let release = try await submitter.client.query(
                contract: UsageContract.contractName, name: UsageContract.Query.release,
                arguments: RecordWritten(use.decision), as: Release.self
            ).result
            return release.delivered == use.delivered && release.kind == use.kind
        } catch {
            throw LicenceServiceError(.unavailable, "the ledger does not say what was released: \(error)")
        }
    }
}

extension LicenceServiceError {
    /// The same in the words that cross the network.
    init(_ error: VaultError) {
        switch error.code {
        case .notFound: self.init(.notHeld, error.message)
        case .destroyed: self.init(.takenDown, error.message)
        case .alreadyReleased: self.init(.usedUp, error.message)
        default: self.init(.unavailable, "the vault failed: \(error.code.rawValue)")
        }
    }
}
