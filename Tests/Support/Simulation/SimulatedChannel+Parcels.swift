import Consensus
import Formats
import Identity
import Ledger
import Replication

/// What machines send to each other.
extension SimulatedChannel {
    /// Sends a message to a member, as honestly as the sender is.
    func send(_ message: ConsensusMessage, from node: SimulatedNode, to member: MemberName) {
        guard node.misbehaviour != nil else {
            report(.contradiction, node, checkers.contradiction.sent(message, by: node.member))
            report(.persistence, node, checkers.persistence.sent(message, by: node.number))
            return dispatch(message, from: node, to: member)
        }
        // Two that answer each other's inventions would fill the network with them, and harm nobody.
        guard machines[member]?.allSatisfy({ nodes[$0].misbehaviour == nil }) ?? true else {
            return dispatch(message, from: node, to: member)
        }
        for bent in node.misbehaviour?.bend(message, to: member, as: traitor(node)) ?? [] {
            dispatch(bent, from: node, to: member)
        }
    }

    private func dispatch(_ message: ConsensusMessage, from node: SimulatedNode, to member: MemberName) {
        let parcel: Parcel = plan.encodesMessages ? .encodedMessage(message.derBytes) : .message(message)
        for machine in machines[member] ?? [] {
            post(parcel, from: node.number, to: machine)
        }
    }

    func traitor(_ node: SimulatedNode) -> Traitor {
        Traitor(member: node.member, genesis: genesis, validators: node.schedule.current.validators)
    }

    /// Puts a parcel on its way between two machines, or from a client, whose number is below 0.
    func post(_ parcel: Parcel, from source: Int, to target: Int) {
        let delays = network.delays(from: source, to: target, generator: &generator)
        if delays.isEmpty { tally.count("parcel lost") }
        if delays.count > 1 { tally.count("parcel doubled") }
        for delay in delays {
            schedule.add(.parcel(parcel, from: source, to: target), at: now + delay)
        }
        tally.count("parcel")
    }

    func arrive(_ parcel: Parcel, from source: Int, at target: Int, as occurrence: Schedule.Occurrence) {
        if case .outcome(let outcome, let client) = parcel { return acknowledge(outcome, to: client) }
        let node = nodes[target]
        guard node.isUp, network.isConnected(source, target) else { return }
        guard !node.isFrozen else {
            node.frozen.append(occurrence)
            return
        }
        trace.note(3, UInt64(target), UInt64(bitPattern: Int64(source)), UInt64(now.microseconds))
        switch parcel {
        case .message(let message): take(message, from: nodes[source].member, node)
        case .encodedMessage(let bytes):
            do {
                take(try ConsensusMessage(derBytes: bytes), from: nodes[source].member, node)
            } catch {
                report(.contradiction, node, "a message does not parse that was encoded here: \(error)")
            }
        case .offer(let transactions): take(offered: transactions, node)
        case .blockRequest(let digest, let number):
            var bytes = node.replica?.blockBytes(digest)
            if node.misbehaviour != nil { bytes = node.misbehaviour?.bend(block: bytes, as: traitor(node)) }
            post(.block(bytes, number: number), from: target, to: source)
        case .block(let bytes, let number): take(block: bytes, for: number, node)
        case .rangeRequest(let first, let count, let number):
            answer(first: first, count: count, number: number, from: source, node)
        case .range(let reply, let number): take(range: reply, for: number, node)
        case .submission(let transaction, let client): take(transaction, of: client, node)
        case .outcome: break
        }
    }

    /// The door for consensus messages, as the node has it: ask whether it matters, check signatures, hand on.
    private func take(_ message: ConsensusMessage, from member: MemberName, _ node: SimulatedNode) {
        guard let relevance = node.replica?.relevance(of: message, from: member) else { return }
        trace.say("\(now) \(node.number) from \(member.department): \(message.summary) \(relevance)")
        switch relevance {
        case .relevant:
            breakQuorum(with: message, node)
            do throws(VerificationError) {
                guard let verifier = node.verifiers[message.epoch] else {
                    throw VerificationError(.wrongEpoch, "the validators of epoch \(message.epoch) are not known here")
                }
                try verifier.verify(message)
            } catch {
                tally.count("message refused")
                if let machine = machines[member]?.first, nodes[machine].isHonest, node.isHonest {
                    report(.contradiction, node, "a message of \(member), who is honest, does not hold: \(error)")
                }
                return
            }
            receive(.message(message, from: member), node)
        case .ahead: receive(.peerAhead(member), node)
        case .faulty: tally.count("message faulty")
        case .superfluous, .otherEpoch: break
        }
    }

    // MARK: Transactions

    func offer(_ transactions: [VerifiedTransaction], _ node: SimulatedNode) {
        let bytes = transactions.map(\.bytes)
        for member in node.audience {
            for machine in machines[member] ?? [] {
                post(.offer(bytes), from: node.number, to: machine)
            }
        }
    }

    private func take(offered transactions: [[UInt8]], _ node: SimulatedNode) {
        let admitted = transactions.compactMap { try? admit($0, node) }
        let news = admitted.filter { node.ledger.height(of: $0.identifier) == nil }
        if !news.isEmpty { receive(.offered(news, unknownAt: node.ledger.height), node) }
    }

    /// The door for a transaction, as ``ChannelLedger`` has it.
    func admit(_ bytes: [UInt8], _ node: SimulatedNode) throws(AdmissionError) -> VerifiedTransaction {
        let transaction = try node.admission.parse(bytes)
        try node.admission.checkPlace(of: transaction, head: node.ledger.height)
        let certificate = try node.admission.submitter(
            of: transaction, now: node.clock.time(after: now), state: node.ledger.state)
        return try verify(transaction, by: certificate)
    }

    func verify(
        _ transaction: EncodedTransaction,
        by certificate: MemberCertificate
    ) throws(AdmissionError) -> VerifiedTransaction {
        guard checksEverySignature else { return try consortium.verify(transaction, by: certificate) }
        return try TransactionAdmission(genesis: genesis).verify(transaction, by: certificate)
    }
}

extension ConsensusMessage {
    /// A few words for a trace.
    var summary: String {
        switch self {
        case .proposal(let proposal):
            """
            proposal \(proposal.statement.epoch)/\(proposal.statement.view) \
            \(proposal.statement.block.shortDescription)
            """
        case .vote(let vote):
            "vote \(vote.statement.kind) \(vote.statement.epoch)/\(vote.statement.view) by \(vote.validator)"
        case .certificate(let certificate):
            "certificate \(certificate.statement.kind) \(certificate.statement.epoch)/\(certificate.statement.view)"
        case .certificateRequest: "certificate request"
        case .status(let status): "status \(status.epoch)/\(status.view)"
        }
    }
}
