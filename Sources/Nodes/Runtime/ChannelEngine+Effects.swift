import Consensus
import Formats
import Identity
import Logging
import Metrics

/// What the consensus value asks for, carried out.
extension ChannelEngine {
    func perform(_ effect: SimplexEffect) {
        switch effect {
        case .persist, .sync:
            preconditionFailure("records are kept before any effect is performed")
        case .vote(let statement): cast(statement)
        case .broadcast(let message): broadcast(message)
        case .send(let message, let peer): outboxes[peer]?.send(message.derBytes)
        case .armTimer(let timer, let delay): arm(timer, after: delay)
        case .cancelTimer(let timer): timers.removeValue(forKey: timer)?.cancel()
        case .propose(let request): propose(request)
        case .verify(let proposal): examine(proposal)
        case .notarized: updateWork()
        case .finalized(let certificate): finalize(certificate)
        case .fetchBlock(let view, let digest, let sources): fetch(digest, in: view, from: sources)
        case .evidence(let evidence): report(evidence)
        case .blame(let validator, let reason):
            logger.warning(
                "a validator broke a rule",
                metadata: ["validator": "\(name(of: validator))", "reason": "\(reason.rawValue)"]
            )
        }
    }

    private func cast(_ statement: VoteStatement) {
        do {
            let vote = try Vote(statement, by: index, key: key, suite: genesis.suite)
            verifier.remember(vote)
            broadcast(.vote(vote))
            receive(.voteCast(vote))
        } catch {
            fail(error)
        }
    }

    func broadcast(_ message: ConsensusMessage) {
        let bytes = message.derBytes
        for outbox in outboxes.values {
            outbox.send(bytes)
        }
    }

    private func arm(_ timer: SimplexTimer, after delay: Duration) {
        timers[timer]?.cancel()
        timers[timer] = executor.schedule(after: delay) {
            self.assumeIsolated { engine in
                engine.timers[timer] = nil
                engine.receive(.timerFired(timer))
            }
        }
    }

    private func report(_ proof: Evidence) {
        metrics.evidence.increment()
        let offender = proof.offender(in: genesis.validators)
        do {
            let file = try evidence.keep(proof, by: offender)
            logger.error(
                "a validator has contradicted itself",
                metadata: ["validator": "\(name(of: offender))", "proof": "\(file ?? "enough are kept")"]
            )
        } catch {
            fail(error)
        }
    }

    func name(of validator: ValidatorIndex) -> String {
        genesis.validators[validator]?.member.description ?? "\(validator)"
    }

    /// What the transport says about the connection to a validator.
    func setReachability(of validator: ValidatorIndex, _ isReachable: Bool) {
        if isReachable {
            reachable.insert(validator)
        } else {
            reachable.remove(validator)
        }
        receive(.peerReachability(validator, isReachable: isReachable))
    }

    // MARK: Messages from peers

    /// Whether a message is worth checking its signatures.
    func relevance(of message: ConsensusMessage, from peer: ValidatorIndex) -> Simplex.Relevance {
        simplex.relevance(of: message, from: peer)
    }
}

extension ChannelEngine {
    /// DER of a block above the executed head.
    func blockBytes(_ digest: Digest) -> [UInt8]? { tree[digest]?.bytes }

    /// Where consensus stands.
    struct Standing: Sendable {
        let view: View
        let leader: ValidatorIndex
        let diagnosis: Diagnosis
        let pendingCount: Int
        let reachable: Set<ValidatorIndex>
    }

    var standing: Standing {
        Standing(
            view: simplex.currentView,
            leader: genesis.validators.leader(of: simplex.currentView),
            diagnosis: simplex.diagnosis,
            pendingCount: mempool.count,
            reachable: reachable
        )
    }
}
