import ClusterTransport
import Consensus
import Formats
import Identity
import Ledger
import Logging
import Metrics
import Replication

/// What the replica asks for, carried out.
extension ChannelEngine {
    func perform(_ effect: ReplicaEffect) {
        switch effect {
        case .vote(let statement, let index): cast(statement, by: index)
        case .signProposal(let statement, let index): sign(statement, by: index)
        case .broadcast(let message): broadcast(message)
        case .send(let message, let member): outboxes[member]?.send(message.derBytes)
        case .arm(let timer, let delay): arm(timer, after: delay)
        case .cancel(let timer): timers.removeValue(forKey: timer)?.cancel()
        case .examine(let proposal): examine(proposal)
        case .execute(let blocks): execute(blocks)
        case .fetchBlock(let digest, let view, let members): fetch(digest, in: view, from: members)
        case .fetchRange(let request): fetch(request)
        case .offer(let transactions):
            for outbox in audience {
                outbox.offer(transactions.map(\.bytes))
            }
        case .expired(let identifier):
            waiters.fail(
                identifier,
                with: NodeError(.expired, "the chain is past the transaction's last valid height: sign a new one"))
        case .releaseLog(let view, let epoch): releaseLog(through: view, of: epoch)
        case .evidence(let evidence, let member): report(evidence, of: member)
        case .scheduleChanged(let schedule): adopt(schedule)
        case .notice(let notice): log(notice)
        case .fail(let error): fail(error)
        }
    }

    // MARK: Speaking

    private func cast(_ statement: VoteStatement, by index: ValidatorIndex) {
        do {
            let vote = try Vote(statement, by: index, key: key(of: index, in: statement.epoch), suite: genesis.suite)
            verifiers.remember(vote)
            broadcast(.vote(vote))
            post(.voteCast(vote))
        } catch {
            fail(error)
        }
    }

    private func sign(_ statement: ProposalStatement, by index: ValidatorIndex) {
        do {
            let key = try key(of: index, in: statement.epoch)
            post(.proposalSigned(try SignedProposal(statement, key: key, suite: genesis.suite)))
        } catch {
            fail(error)
        }
    }

    private func key(of index: ValidatorIndex, in epoch: Epoch) throws(NodeStartError) -> any SigningKey {
        guard let validators = verifiers.validators(of: epoch), let validator = validators[index],
            let key = keys[validator.key.identifier]
        else { throw NodeStartError("this node has not the key with which it votes in epoch \(epoch)") }
        return key
    }

    private func broadcast(_ message: ConsensusMessage) {
        let bytes = message.derBytes
        for outbox in audience {
            outbox.send(bytes)
        }
    }

    private func arm(_ timer: ReplicaTimer, after delay: Duration) {
        timers[timer]?.cancel()
        timers[timer] = executor.schedule(after: delay) {
            self.assumeIsolated { engine in
                engine.timers[timer] = nil
                engine.post(.timerFired(timer))
            }
        }
    }

    // MARK: Members

    /// Speaks to the validators of the present epoch from now on, and knows those of the next.
    func adopt(_ schedule: ValidatorSchedule) {
        verifiers.adopt(schedule)
        do {
            let connected = try connect(schedule)
            peers = Dictionary(uniqueKeysWithValues: connected.map { ($0.id.member, $0) })
        } catch {
            return fail(error)
        }
        for (member, outbox) in outboxes where peers[member] == nil {
            outbox.finish()
            outboxes[member] = nil
        }
        for (member, peer) in peers where outboxes[member] == nil {
            let outbox = PeerOutbox(peer: peer, logger: logger)
            outboxes[member] = outbox
            work.add { await outbox.run() }
        }
        let validators = schedule.current.validators
        audience = validators.indices.compactMap { index in validators[index].flatMap { outboxes[$0.member] } }
    }

    private func report(_ proof: Evidence, of member: MemberName) {
        metrics.evidence.increment()
        do {
            let file = try evidence.keep(proof, of: member)
            logger.error(
                "a validator has contradicted itself",
                metadata: ["validator": "\(member)", "proof": "\(file ?? "enough are kept")"]
            )
            onEvidence(proof)
        } catch {
            fail(error)
        }
    }

    // MARK: Log

    private func releaseLog(through view: View, of epoch: Epoch) {
        do {
            _ = try log?.rotateIfNeeded(committed: view, of: epoch)
        } catch {
            fail(error)
        }
    }

    private func log(_ notice: ReplicaNotice) {
        switch notice {
        case .blame(let member, let reason):
            logger.warning(
                "a validator broke a rule", metadata: ["validator": "\(member)", "reason": "\(reason.rawValue)"])
        case .proposalRefused(let view, let block, let reason):
            metrics.refusedProposals.increment()
            logger.warning(
                "a proposed block is refused",
                metadata: ["view": "\(view)", "block": "\(block.shortDescription)", "reason": "\(reason)"]
            )
        case .noRoom(let view):
            logger.warning("no room for a proposed block", metadata: ["view": "\(view)"])
        case .catchingUp(let height, let count):
            logger.info("catching up", metadata: ["from": "\(height)", "blocks": "\(count)"])
        case .peerDropped(let member, let reason):
            logger.warning("a peer's blocks do not hold", metadata: ["peer": "\(member)", "reason": "\(reason)"])
        case .tooFarBehind(let member, let reason):
            // Nothing that the engine could do: another ledger has to take this one's place.
            logger.error(
                """
                this node is further behind than a peer keeps blocks: stop it, move ledger.sqlite and what belongs to \
                it out of its data directory, keep the votes, and start it with --join-by-snapshot always
                """,
                metadata: ["peer": "\(member)", "reason": "\(reason)"]
            )
        }
    }
}

extension ChannelEngine {
    /// Whether messages are worth checking their signatures.
    func relevance(of messages: [ConsensusMessage], from member: MemberName) -> [Simplex.Relevance] {
        messages.map { replica.relevance(of: $0, from: member) }
    }

    /// DER of a block above the executed head.
    func blockBytes(_ digest: Digest) -> [UInt8]? { replica.blockBytes(digest) }

    /// Those of the transactions that wait here, which were verified when they came.
    func verifiedTransactions(
        among identifiers: [TransactionIdentifier]
    ) -> [TransactionIdentifier: VerifiedTransaction] {
        replica.verifiedTransactions(among: identifiers)
    }

    var standing: Replica.Standing { replica.standing }

    /// Takes a transaction in that was handed in at this node, and offers it to the others. Whoever waits for it is
    /// told where nothing will come of it.
    /// - Parameter height: it was not on the ledger when that had executed this much.
    nonisolated func submit(_ transaction: VerifiedTransaction, unknownAt height: Height) {
        post([.submission(transaction, unknownAt: height)])
    }

    func answer(_ insertion: Replica.Insertion, of transaction: VerifiedTransaction) {
        switch insertion {
        case .inserted, .pendingAlready:
            break
        case .executedAlready, .outdated:
            work.add { await self.lookUp(transaction) }
        case .refused(let error):
            waiters.fail(transaction.identifier, with: NodeError(.overloaded, error.message))
        }
    }

    private nonisolated func lookUp(_ transaction: VerifiedTransaction) async {
        let height = ledger.head.height
        do {
            if let outcome = try await ledger.outcome(of: transaction.identifier) {
                waiters.resolve(outcome)
            } else {
                submit(transaction, unknownAt: height)
            }
        } catch {
            waiters.fail(transaction.identifier, with: NodeError(.unavailable, "\(error)"))
        }
    }
}
