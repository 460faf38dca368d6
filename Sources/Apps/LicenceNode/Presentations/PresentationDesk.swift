import Formats
import Identity
import Ledger
import Licences
import Logging
import Nodes
import Vault
import ZhenglianClient

/// Makes presentations and brings scanners and holders together (亮证服务).
///
/// Presentations live in memory alone, ten minutes at most: a node that starts anew knows none of before, and their
/// codes die with it. How often one is scanned is counted here when the holder confirms, and on the ledger when it
/// decides, so that neither a second node of the department nor a restart gives away one more.
actor PresentationDesk {
    private let check: PresentationCheck
    private let vault: LicenceVault
    private let submitter: Submitter
    private let clock: any WallClock
    private let limits: ReleaseLimits
    private let logger: Logger
    private var live: [PresentationIdentifier: LivePresentation] = [:]
    private var presentations: [ScanNumber: PresentationIdentifier] = [:]
    /// Orders that were carried out, until their signatures are good no longer.
    private var orders: [Digest: Timestamp] = [:]
    private var rates: RateWindow<LicenceIdentifier>
    private var generator: any RandomNumberGenerator & Sendable

    private var genesis: Genesis { check.genesis }

    init(
        vault: LicenceVault, submitter: Submitter, clock: any WallClock, limits: ReleaseLimits, logger: Logger,
        generator: any RandomNumberGenerator & Sendable
    ) {
        check = PresentationCheck(
            genesis: vault.genesis, department: submitter.identity.member.department, ledger: submitter.client)
        self.vault = vault
        self.submitter = submitter
        self.clock = clock
        self.limits = limits
        self.logger = logger
        self.generator = generator
        rates = RateWindow(
            limit: limits.presentationsPerLicence, window: limits.window, maximumKeyCount: limits.rememberedRates)
    }

    // MARK: The holder

    /// Makes a presentation at the wish of the holder or the holder's agent, and has the ledger take note of it.
    /// - Throws: ``LicenceServiceError``.
    func present(_ message: PresentationMessage) async throws(LicenceServiceError) -> PresentationReply {
        let (order, proof) = try Self.order(message)
        let key = try await check.presenterKey(of: order, proof: proof, at: clock.now)
        try checkIsHeld(order.licence)
        // After the last suspension before something is promised.
        let time = clock.now
        forget(before: time)
        guard orders[order.nonce] == nil else {
            throw LicenceServiceError(.usedUp, "the order was carried out before: sign a new one")
        }
        guard live.count + orders.count < 2 * limits.livePresentations, rates.admit(order.licence, at: time) else {
            throw LicenceServiceError(.overloaded, "too many presentations at a time: try again in a minute")
        }
        orders[order.nonce] = proof.notAfter
        let token = PresentationToken(
            order, identifier: PresentationIdentifier(using: &generator),
            owner: check.department, channel: genesis.channel, at: time)
        let code = try code(of: token)
        try await record(token)
        live[token.identifier] = LivePresentation(token: token, key: key)
        logger.info("presentation made", metadata: ["expires": "\(token.expiresAt)"])
        return PresentationReply(code: code, proof: try await catalogueProof(of: token.licence))
    }

    /// The scans that wait for the holder.
    /// - Throws: ``LicenceServiceError``.
    func waitingScans(_ question: ScanQuestion) throws(LicenceServiceError) -> WaitingScans {
        let presentation = try presentation(question.identifier)
        return WaitingScans(
            scans: presentation.waiting.map { number, scan in
                WaitingScan(
                    scan: number.bytes, requester: scan.requester.department.rawValue, request: scan.request.derBytes)
            })
    }

    /// Takes in the holder's answer.
    /// - Throws: ``LicenceServiceError``.
    func confirm(_ message: ConfirmationMessage) throws(LicenceServiceError) {
        let presentation = try presentation(message.presentation)
        let number = ScanNumber(message.scan)
        guard let scan = presentation.scans[number], case .waiting = scan.answer else {
            throw LicenceServiceError(.unknown, "no such scan waits for an answer")
        }
        let proof: HolderSignature
        do throws(FormatError) {
            proof = try HolderSignature(derBytes: message.proof, limit: 256)
        } catch {
            throw LicenceServiceError(.malformed, "the bytes are no holder's signature: \(error)")
        }
        let requester = scan.requester.department
        let statement =
            message.agrees
            ? scan.request.statement(by: requester, notAfter: proof.notAfter, genesis: genesis)
            : scan.request.refusal(by: requester, notAfter: proof.notAfter, genesis: genesis)
        guard
            presentation.key.isValid(
                proof.signature, of: statement.digest(suite: genesis.suite), for: .holderStatement)
        else {
            throw LicenceServiceError(.wrongSignature, "the answer is not signed by the device key of who shows")
        }
        guard message.agrees else {
            live[presentation.token.identifier]?.decline(number)
            return
        }
        guard !presentation.isUsedUp else { throw Self.usedUp(presentation.token) }
        live[presentation.token.identifier]?.confirm(number, with: proof)
    }

    // MARK: The scanner

    /// Takes in who scans, and what the scanner is going to ask the ledger for.
    /// - Throws: ``LicenceServiceError``.
    func scan(_ message: ScanMessage, caller: MemberName?) throws(LicenceServiceError) -> ScanReply {
        guard let caller else { throw LicenceServiceError(.notEntitled, "a scanner names itself by its certificate") }
        let presentation = try presentation(message.presentation)
        let token = presentation.token
        guard !presentation.isUsedUp else { throw Self.usedUp(token) }
        if let audience = token.audience, audience != caller.department {
            throw LicenceServiceError(.notEntitled, "the code is for \(audience) alone")
        }
        let request: UseRequest
        do throws(FormatError) {
            request = try UseRequest(derBytes: message.request, limit: 4 << 10)
        } catch {
            throw LicenceServiceError(.malformed, "the bytes are no request to use a licence: \(error)")
        }
        guard request.licence == token.licence, request.authority == .holder, request.action == .present,
            request.context.purpose == token.purpose, request.agent == token.agent,
            request.presentation == token.reference(suite: genesis.suite),
            request.fields.allSatisfy({ token.fields.contains($0) })
        else {
            throw LicenceServiceError(.notAllowed, "the request asks for something else than the code shows")
        }
        guard presentation.scans.count < limits.waitingScans + Int(token.maximumScans) else {
            throw LicenceServiceError(.overloaded, "too many have scanned this code: have a new one shown")
        }
        let number = ScanNumber(using: &generator)
        live[token.identifier]?.add(
            LivePresentation.Scan(requester: caller, request: request, answer: .waiting), as: number)
        presentations[number] = token.identifier
        return ScanReply(scan: number.bytes)
    }

    /// The holder's answer, for the scanner that asked.
    /// - Throws: ``LicenceServiceError``.
    func confirmation(
        _ question: ScanQuestion, caller: MemberName?
    ) throws(LicenceServiceError) -> ConfirmationReply {
        let number = ScanNumber(question.identifier)
        guard let identifier = presentations[number] else {
            throw LicenceServiceError(.unknown, "there is no such scan, or its presentation has expired")
        }
        guard let scan = try presentation(identifier.bytes).scans[number], scan.requester == caller else {
            throw LicenceServiceError(.notEntitled, "another member has scanned")
        }
        switch scan.answer {
        case .waiting: throw LicenceServiceError(.notConfirmedYet, "the holder has not answered yet")
        case .declined: throw LicenceServiceError(.declined, "the holder has declined")
        case .confirmed(let proof): return ConfirmationReply(proof: proof.derBytes)
        }
    }

    // MARK: Parts

    private static func order(
        _ message: PresentationMessage
    ) throws(LicenceServiceError) -> (PresentationOrder, HolderSignature) {
        do throws(FormatError) {
            return (
                try PresentationOrder(derBytes: message.order, limit: 2 << 10),
                try HolderSignature(derBytes: message.proof, limit: 256)
            )
        } catch {
            throw LicenceServiceError(.malformed, "the bytes are no signed order for a presentation: \(error)")
        }
    }

    private static func usedUp(_ token: PresentationToken) -> LicenceServiceError {
        LicenceServiceError(
            .usedUp, "the code was used \(token.maximumScans) times, as often as it may be: have a new one shown")
    }

    /// A presentation that lives; one that has expired is not known any more.
    private func presentation(_ bytes: [UInt8]) throws(LicenceServiceError) -> LivePresentation {
        let time = clock.now
        guard let identifier = PresentationIdentifier(bytes), let presentation = live[identifier] else {
            throw LicenceServiceError(.unknown, "this node has shown no such code, or it has expired")
        }
        guard time < presentation.token.expiresAt else {
            forget(before: time)
            throw LicenceServiceError(.expired, "the code has expired: have a new one shown")
        }
        return presentation
    }

    private func forget(before time: Timestamp) {
        orders = orders.filter { time <= $0.value }
        let expired = live.filter { $0.value.token.expiresAt <= time }
        for (identifier, presentation) in expired {
            live[identifier] = nil
            for number in presentation.order { presentations[number] = nil }
        }
    }

    /// What cannot be released is not shown.
    private func checkIsHeld(_ licence: LicenceIdentifier) throws(LicenceServiceError) {
        do {
            guard let entry = try vault.entry(of: licence) else {
                throw VaultError(.notFound, "the vault holds nothing of \(licence)")
            }
            guard entry.destruction == nil else {
                throw VaultError(.destroyed, "\(licence) was taken down and its content destroyed")
            }
        } catch let error as VaultError {
            throw LicenceServiceError(error)
        } catch {
            throw LicenceServiceError(.unavailable, "the vault failed")
        }
    }

    private func code(of token: PresentationToken) throws(LicenceServiceError) -> String {
        do {
            return try PresentationCode(token, signer: submitter.identity, suite: genesis.suite).text
        } catch {
            throw LicenceServiceError(.unavailable, "the code could not be made: \(error)")
        }
    }

    private func record(_ token: PresentationToken) async throws(LicenceServiceError) {
        let use = PresentUse(
            presentation: token.identifier.digest(suite: genesis.suite), licence: token.licence,
            purpose: token.purpose, fields: token.fields, expiresAt: token.expiresAt,
            maximumScans: token.maximumScans, audience: token.audience)
        let calls = [
            Call(
                contract: UsageContract.contractName, method: UsageContract.Method.present, arguments: use.derBytes)
        ]
        do {
            try await submitter.submit(calls, key: IdempotencyKey(content: calls, suite: genesis.suite))
        } catch let error as TransactionRejected {
            throw LicenceServiceError(.notAllowed, "the ledger refuses the presentation: \(error)")
        } catch {
            throw LicenceServiceError(.unavailable, "the ledger did not take in the presentation: \(error)")
        }
    }

    /// A receipt of the catalogue's entry, where a header vouches for it already: a scanner with a network asks for its
    /// own anyway.
    private func catalogueProof(of licence: LicenceIdentifier) async throws(LicenceServiceError) -> [UInt8]? {
        do {
            return try await submitter.client.receipt(
                answering: .state(CatalogueContract.stateName(of: licence), asOf: nil)
            ).derBytes
        } catch let error as NodeError where error.code == .notSealedYet {
            return nil
        } catch {
            throw LicenceServiceError(.unavailable, "the node's ledger does not answer: \(error)")
        }
    }
}
