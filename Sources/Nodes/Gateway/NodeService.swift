import Consensus
package import Formats
import Identity
package import Ledger
import Replication

/// What a node does for its clients.
struct NodeService: Sendable {
    let genesis: Genesis
    let member: MemberName
    let engine: ChannelEngine
    let ledger: ChannelLedger
    /// Where transactions stand that are older than the ledger itself remembers them.
    let readModel: ReadModel
    let waiters: OutcomeWaiters
    let clock: any WallClock
    let startedAt: ContinuousClock.Instant

    /// Hands a transaction in and waits for its outcome.
    /// - Throws: ``NodeError``.
    func submit(_ request: SubmitRequest) async throws(NodeError) -> SubmitReply {
        // The height first: whatever is executed after it, the engine remembers.
        let height = ledger.head.height
        let transaction: VerifiedTransaction
        do {
            let parsed = try ledger.parse(request.transaction)
            if let outcome = try await knownOutcome(of: parsed, head: height) {
                return SubmitReply(outcome: outcome.derBytes)
            }
            transaction = try await ledger.admit(parsed, now: clock.now)
        } catch let error as AdmissionError {
            throw NodeError(error)
        } catch {
            throw NodeError(.unavailable, "the ledger cannot be read: \(error)")
        }
        do {
            let outcome = try await waiters.outcome(of: transaction.identifier) {
                engine.submit(transaction, unknownAt: height)
            }
            return SubmitReply(outcome: outcome.derBytes)
        } catch let error as NodeError {
            throw error
        } catch {
            throw NodeError(
                .notInTime, "the caller stopped waiting; the transaction may still take effect: send it again")
        }
    }

    /// Asks a contract.
    /// - Throws: ``NodeError``.
    func query(_ request: QueryRequest) async throws(NodeError) -> QueryAnswer {
        do {
            let answer = try await ledger.query(request.contract, request.name, arguments: request.arguments)
            return QueryAnswer(result: try answer.value(), height: answer.height)
        } catch let error as ContractError {
            throw NodeError(error.code == .notFound ? .notFound : .invalidQuery, error.message)
        } catch {
            throw NodeError(.unavailable, "the ledger cannot be read: \(error)")
        }
    }

    /// Gives a receipt.
    /// - Throws: ``NodeError``.
    func receipt(_ request: ReceiptRequest) async throws(NodeError) -> ReceiptReply {
        ReceiptReply(receipt: try await receipt(answering: try request.question()).derBytes)
    }

    /// Gives a receipt to somebody in this process.
    /// - Throws: ``NodeError``.
    func receipt(answering question: ReceiptQuestion) async throws(NodeError) -> Receipt {
        do {
            return try await located(question)
        } catch {
            throw NodeError(receipt: error)
        }
    }

    private func located(_ question: ReceiptQuestion) async throws(LedgerError) -> Receipt {
        do {
            return try await ledger.receipt(answering: question)
        } catch {
            guard error.code == .notFound, case .transaction(let identifier) = question,
                let place = try await readModel.place(of: identifier).place
            else { throw error }
            return try await ledger.receipt(at: place.height, index: place.index)
        }
    }

    /// The outcome of a transaction that the ledger has already, however old.
    private func knownOutcome(
        of transaction: EncodedTransaction,
        head: Height
    ) async throws(LedgerError) -> Outcome? {
        if let outcome = try await ledger.outcome(of: transaction.identifier) { return outcome }
        // A transaction that a block may still hold can only be in the last heights, as many as one may be valid for,
        // and those the ledger has just answered for.
        guard transaction.body.lastValidHeight <= head else { return nil }
        let place: LocatedTransaction?
        do {
            place = try await readModel.place(of: transaction.identifier).place
        } catch  where error.code == .readModelIncomplete {
            // It is being made anew; what it would say is what the ledger remembers, but for the oldest.
            return nil
        }
        guard let place else { return nil }
        return try await ledger.outcome(at: place.height, index: place.index)
    }

    /// Gives the header that vouches for a height.
    /// - Throws: ``NodeError``.
    func sealing(_ request: SealingRequest) async throws(NodeError) -> SealingReply {
        do {
            let sealing = try await ledger.sealing(of: request.height)
            return SealingReply(header: sealing?.header.derBytes, finalization: sealing?.finalization.derBytes)
        } catch {
            throw NodeError(.unavailable, "the ledger cannot be read: \(error)")
        }
    }

    /// Gives a light client its next step.
    /// - Throws: ``NodeError``.
    func step(_ request: LightClientStepRequest) async throws(NodeError) -> LightClientStepReply {
        do {
            return LightClientStepReply(step: try await ledger.lightClientStep(from: request.known).derBytes)
        } catch {
            throw NodeError(receipt: error)
        }
    }

    /// Tells how the node is.
    /// - Throws: ``NodeError``.
    func status() async throws(NodeError) -> NodeStatus {
        let standing = await engine.standing
        let head = ledger.head
        let usage = ProcessUsage.current
        let diagnosis = standing.diagnosis
        return NodeStatus(
            member: member,
            consortium: genesis.digest,
            channel: genesis.document.channel,
            height: head.height,
            head: head.digest,
            headTime: head.timestamp,
            stateRoot: head.results.stateRoot,
            epoch: standing.epoch,
            view: diagnosis?.view,
            leader: diagnosis.map { standing.validators[$0.leader.rawValue] },
            lastFinalizedView: diagnosis?.lastFinalizedView,
            isActive: diagnosis?.isActive ?? standing.isBehind,
            pendingTransactions: standing.pendingCount,
            peers: standing.validators.filter { $0 != member }.map { peer in
                NodeStatus.Peer(member: peer, isReachable: standing.reachable.contains(peer))
            },
            diagnosis: diagnosis.map { $0.isActive ? [$0.description] : [] } ?? [],
            uptimeSeconds: (ContinuousClock.now - startedAt) / .seconds(1),
            processorSeconds: usage.processorSeconds,
            residentBytes: usage.residentBytes,
            version: NodeStatus.currentVersion,
            missingContracts: ledger.missingContracts
        )
    }
}

extension ChannelLedger {
    /// - Throws: ``LedgerError``.
    package func receipt(answering question: ReceiptQuestion) async throws(LedgerError) -> Receipt {
        switch question {
        case .transaction(let identifier): try await receipt(for: identifier)
        case .state(let name, let height): try await receipt(of: name, asOf: height)
        case .trail(let name, let preceding): try await receipt(ofTrail: name, after: preceding)
        }
    }
}

extension NodeError {
    /// Why there is no receipt, in the words that cross the network.
    package init(receipt error: LedgerError) {
        switch error.code {
        case .notFound, .noReceipt: self.init(.notFound, error.message)
        case .notSealed: self.init(.notSealedYet, error.message)
        case .pruned: self.init(.pruned, error.message)
        case .tooLong: self.init(.tooLong, error.message)
        default: self.init(.unavailable, "\(error)")
        }
    }

    /// The same refusal in the words that cross the network.
    fileprivate init(_ error: AdmissionError) {
        switch error.code {
        case .submitterUnknown, .submitterExpired, .submitterRevoked: self.init(.notEntitled, error.message)
        case .expired: self.init(.expired, error.message)
        case .unavailable: self.init(.unavailable, error.message)
        default: self.init(.invalidTransaction, error.message)
        }
    }
}
