import Formats
import Identity
import Ledger
import Licences
import Logging
import Nodes
import OneThings
import Vault
import ZhenglianClient

/// Keeps what its department has of cases, and gives out what steps of other departments need (存管与调取).
///
/// The order of effects: the ledger of this node is asked whether the step is in the caller's hand and needs the items;
/// what is given out is gathered and sealed; it is kept in the vault; the ledger takes in its digest; only then it is
/// handed out. Wherever that ends, nothing has been handed out that the ledger does not know of; and who asks again
/// with the same order, because an answer was lost, gets the very same bytes, which only the same key opens.
actor CaseDesk {
    private let vault: CaseVault
    private let check: CaseFetchCheck
    private let client: ZhenglianClient
    private let limits: OneThingNodeLimits
    private let logger: Logger
    private var rates: RateWindow<DepartmentName>
    private var generator: any RandomNumberGenerator & Sendable
    /// Orders that are being carried out: a second call does not begin the work anew.
    private var underWay: Set<Digest> = []

    private var genesis: Genesis { vault.genesis }
    private var department: DepartmentName { client.identity.member.department }

    init(
        vault: CaseVault, client: ZhenglianClient, heights: ExecutedHeights, clock: any Clock<Duration>,
        limits: OneThingNodeLimits, logger: Logger, generator: any RandomNumberGenerator & Sendable
    ) {
        (self.vault, self.client, self.limits, self.logger) = (vault, client, limits, logger)
        self.generator = generator
        check = CaseFetchCheck(
            client: client, heights: heights, clock: clock, patience: limits.patience)
        rates = RateWindow(
            limit: limits.fetchesPerDepartment, window: limits.window, maximumKeyCount: limits.rememberedRates)
    }

    // MARK: Keeping

    /// Keeps items and files for the node's own department.
    /// - Throws: `OneThingServiceError`.
    func store(_ message: StoreItemsMessage, at time: Timestamp) throws(OneThingServiceError) -> StoreItemsReply {
        let items: CaseItems
        let files: [CaseFile]
        do {
            items = try CaseItems(derBytes: message.items, limit: CaseItems.maximumByteCount)
            files = try message.files.map {
                try CaseFile(derBytes: $0, limit: ReleasedItems.maximumByteCount)
            }
        } catch {
            throw OneThingServiceError(.malformed, "the bytes are no items of a case with their files: \(error)")
        }
        do {
            let missing = try vault.put(items, files: files, at: time)
            return StoreItemsReply(
                content: items.content(suite: genesis.suite).derBytes, missing: missing.map(\.rawValue))
        } catch {
            throw OneThingServiceError(vault: error)
        }
    }

    // MARK: Giving out

    /// Gives out what the order asks for.
    /// - Throws: `OneThingServiceError`.
    func fetch(
        _ message: FetchItemsMessage, caller: MemberName
    ) async throws(OneThingServiceError) -> FetchItemsReply {
        let order = try order(message)
        let permit = try await check.permit(order, for: caller.department)
        guard rates.admit(caller.department, at: permit.time) else {
            throw OneThingServiceError(
                .overloaded,
                "\(caller.department) fetches more than the node gives out at a time: try again in a minute")
        }
        let digest = order.digest(suite: genesis.suite)
        // Checked after the last suspension, so that of two calls one is first.
        guard underWay.insert(digest).inserted else {
            throw OneThingServiceError(.overloaded, "the order is being carried out: ask again in a moment")
        }
        defer { underWay.remove(digest) }
        let kept = try prepare(order, digest, permit)
        try await record(order, kept)
        logger.info(
            "content of a case given out",
            metadata: [
                "case": "\(order.code)", "step": "\(order.step)", "receiver": "\(caller.department)",
                "items": "\(order.items.count)",
            ])
        return FetchItemsReply(sealed: kept.sealed)
    }

    private func order(_ message: FetchItemsMessage) throws(OneThingServiceError) -> CaseFetchOrder {
        let order: CaseFetchOrder
        do throws(FormatError) {
            order = try CaseFetchOrder(derBytes: message.order, limit: 16 << 10)
        } catch {
            throw OneThingServiceError(.malformed, "the bytes are no order for content of a case: \(error)")
        }
        guard order.channel == genesis.channel else {
            throw OneThingServiceError(.notEntitled, "the order is for another ledger")
        }
        return order
    }

    /// What is handed out: as it was kept at the first attempt, or gathered now.
    private func prepare(
        _ order: CaseFetchOrder, _ digest: Digest, _ permit: CaseFetchCheck.Permit
    ) throws(OneThingServiceError) -> KeptItems {
        do {
            if let kept = try vault.release(to: digest, now: permit.time) { return kept }
            let content = try content(of: order, permit)
            let bytes = content.derBytes
            guard bytes.count <= ReleasedItems.maximumByteCount else {
                throw OneThingServiceError(
                    .tooLarge, "the items have \(bytes.count) bytes, more than one answer carries: ask one by one")
            }
            let kept = KeptItems(
                delivered: genesis.suite.digest(of: bytes),
                sealed: try genesis.suite.recipientCipher.seal(
                    bytes, to: order.recipientKey, context: order.sealingContext(suite: genesis.suite)))
            try vault.keep(kept, of: permit.content.root, order: digest, now: permit.time)
            return kept
        } catch let error as OneThingServiceError {
            throw error
        } catch {
            throw OneThingServiceError(vault: error)
        }
    }

    private func content(of order: CaseFetchOrder, _ permit: CaseFetchCheck.Permit) throws -> ReleasedItems {
        let root = permit.content.root
        let items = try vault.items(of: root)
        let disclosures = order.items.compactMap { items.disclosure(of: $0, suite: genesis.suite) }
        let papers = disclosures.filter { $0.item.kind == .paper }.map(\.item.name)
        return ReleasedItems(
            order, from: department, to: permit.receiver, at: permit.time, disclosures: disclosures,
            files: try papers.map { CaseFile(paper: $0, bytes: try vault.file(of: $0, in: root)) },
            using: &generator)
    }

    /// Has the ledger take in what is about to be handed out; the same again changes nothing.
    private func record(_ order: CaseFetchOrder, _ kept: KeptItems) async throws(OneThingServiceError) {
        let release = ReleaseContent(
            code: order.code, step: order.step, attempt: order.attempt, content: order.content, items: order.items,
            delivered: kept.delivered)
        let calls = [
            Call(
                contract: CasesContract.contractName, method: CasesContract.Method.release,
                arguments: release.derBytes)
        ]
        do {
            try await client.submitter.submit(calls, key: IdempotencyKey(content: calls, suite: genesis.suite))
        } catch let error as TransactionRejected {
            throw OneThingServiceError(rejected: error)
        } catch {
            throw OneThingServiceError(.unavailable, "the ledger did not take in the release: \(error)")
        }
    }
}

extension OneThingServiceError {
    /// What the vault threw, in the words that cross the network.
    init(vault error: any Error) {
        guard let error = error as? VaultError else {
            self.init(.unavailable, "the content could not be gathered or kept: \(error)")
            return
        }
        switch error.code {
        case .notFound: self.init(.notHeld, error.message)
        case .destroyed: self.init(.destroyed, error.message)
        case .tooLarge: self.init(.tooLarge, error.message)
        case .inconsistent: self.init(.malformed, error.message)
        default: self.init(.unavailable, "the vault failed: \(error.code.rawValue)")
        }
    }

    /// Why the ledger did not take in a release.
    fileprivate init(rejected error: TransactionRejected) {
        let code: Code =
            switch error.code.rawValue {
            case OneThingError.Code.notOpen.rawValue: .notOpen
            case OneThingError.Code.notDefined.rawValue: .notNeeded
            case OneThingError.Code.wrongContent.rawValue: .outdated
            default: .unavailable
            }
        self.init(code, "the ledger says: \(error.message)")
    }
}
