import Consensus
import Formats
import Identity
import Ledger
import Replication

/// What a replica asks for, carried out.
extension SimulatedChannel {
    func perform(_ effect: ReplicaEffect, _ node: SimulatedNode) {
        switch effect {
        case .vote(let statement, let index): cast(statement, by: index, node)
        case .signProposal(let statement, let index): sign(statement, by: index, node)
        case .broadcast(let message):
            broadcast(message, node)
            breakRule(after: message, node)
        case .send(let message, let member): send(message, from: node, to: member)
        case .arm(let timer, let delay): arm(timer, after: delay, node)
        case .cancel(let timer): node.timers[timer] = nil
        case .examine(let proposal):
            schedule.add(
                .examination(proposal, node: node.number, life: node.life), at: now + workTime(of: node))
        case .execute(let blocks):
            schedule.add(.execution(blocks, node: node.number, life: node.life), at: now + workTime(of: node))
        case .fetchBlock(let digest, let view, let members): fetch(digest, in: view, from: members[...], node)
        case .fetchRange(let request): fetch(request, node)
        case .offer(let transactions): offer(transactions, node)
        case .expired(let identifier): node.waiters[identifier] = nil
        case .releaseLog(let view, let epoch): releaseLog(through: view, of: epoch, node)
        case .evidence(_, let member): finishEvidence(against: member, node)
        case .scheduleChanged(let schedule): adopt(schedule, node)
        case .notice(let notice): note(notice, node)
        case .fail(let error):
            if node.isHonest { report(.failure, node, "\(error)") }
            stop(node, because: "\(error)")
        }
    }

    // MARK: Speaking

    private func cast(_ statement: VoteStatement, by index: ValidatorIndex, _ node: SimulatedNode) {
        guard let vote = signed(statement, by: index, node) else {
            return report(.epochs, node, "it votes in epoch \(statement.epoch), which it does not know")
        }
        broadcast(.vote(vote), node)
        node.inputs.append(.event(.voteCast(vote)))
    }

    func signed(_ statement: VoteStatement, by index: ValidatorIndex, _ node: SimulatedNode) -> Vote? {
        guard let key = node.validators(of: statement.epoch)?[index]?.key as? VoteKey else { return nil }
        let digest = statement.digest(suite: genesis.suite)
        return Vote(
            statement: statement, validator: index, signature: key.signature(of: SigningPurpose.vote.input(for: digest))
        )
    }

    private func sign(_ statement: ProposalStatement, by index: ValidatorIndex, _ node: SimulatedNode) {
        guard let key = node.validators(of: statement.epoch)?[index]?.key as? VoteKey else {
            return report(.epochs, node, "it proposes in epoch \(statement.epoch), which it does not know")
        }
        let digest = statement.digest(suite: genesis.suite)
        let signature = key.signature(of: SigningPurpose.proposal.input(for: digest))
        node.inputs.append(.event(.proposalSigned(SignedProposal(statement: statement, signature: signature))))
    }

    func broadcast(_ message: ConsensusMessage, _ node: SimulatedNode) {
        for member in node.audience {
            send(message, from: node, to: member)
        }
    }

    private func arm(_ timer: ReplicaTimer, after delay: Duration, _ node: SimulatedNode) {
        node.lastTimer += 1
        node.timers[timer] = node.lastTimer
        schedule.add(
            .timer(timer, node: node.number, life: node.life, generation: node.lastTimer), at: now + delay)
    }

    func adopt(_ schedule: ValidatorSchedule, _ node: SimulatedNode) {
        if node.schedule.current.epoch != schedule.current.epoch { tally.count("epoch begun on a node") }
        node.schedule = schedule
        for term in [schedule.current, schedule.next].compactMap(\.self) where node.verifiers[term.epoch] == nil {
            node.verifiers[term.epoch] = MessageVerifier(validators: term.validators, suite: genesis.suite)
        }
        let oldest = schedule.current.epoch.previous ?? .zero
        node.verifiers = node.verifiers.filter { $0.key >= oldest }
    }

    private func releaseLog(through view: View, of epoch: Epoch, _ node: SimulatedNode) {
        do {
            let isRewritten = try node.log?.rotateIfNeeded(committed: view, of: epoch) ?? false
            checkers.persistence.released(through: view, of: epoch, on: node.number)
            if isRewritten { tally.count("log rewritten") }
        } catch {
            stop(node, because: "\(error)")
            schedule.add(.restart(node.number), at: now + .milliseconds(random(500...5_000)))
        }
    }

    private func finishEvidence(against member: MemberName, _ node: SimulatedNode) {
        tally.count("evidence")
        guard node.isHonest, let machine = machines[member]?.first, nodes[machine].isHonest else { return }
        report(.contradiction, node, "it has evidence against \(member), who is honest")
    }

    private func note(_ notice: ReplicaNotice, _ node: SimulatedNode) {
        trace.say("\(now) \(node.number) notice \(notice)")
        switch notice {
        case .blame(let member, let reason):
            tally.count("blame")
            guard node.isHonest, let machine = machines[member]?.first, nodes[machine].isHonest else { return }
            // A frozen or fast clock makes an honest leader's block invalid; nothing else does.
            guard reason != .invalidBlock else { return }
            report(.contradiction, node, "it blames \(member), who is honest, for \(reason.rawValue)")
        case .proposalRefused: tally.count("proposal refused")
        case .noRoom: tally.count("no room for a block")
        case .catchingUp(_, let count): tally.count("blocks caught up", count)
        case .peerDropped(let member, let reason):
            tally.count("peer dropped")
            guard node.isHonest, let machine = machines[member]?.first, nodes[machine].isHonest else { return }
            report(.contradiction, node, "it drops \(member), who is honest: \(reason)")
        case .tooFarBehind: tally.count("too far behind")
        }
    }

    // MARK: Work beside the engine

    /// Parses a proposed block and checks its signatures, as the node's engine does beside its turns.
    func finishExamination(of proposal: Proposal, _ node: SimulatedNode) {
        let height = node.ledger.height
        do {
            receive(.examined(try examined(proposal, node)), node)
        } catch let error as AdmissionError where error.code == .submitterUnknown {
            receive(.examinationFailed(proposal, .submitterUnknown(error), at: height), node)
        } catch {
            receive(.examinationFailed(proposal, .invalid(error), at: height), node)
        }
    }

    private func examined(_ proposal: Proposal, _ node: SimulatedNode) throws -> ExaminedProposal {
        let block = try BlockValidator(genesis: genesis).parse(proposal.block)
        let header = block.header
        guard header.digest(suite: genesis.suite) == proposal.statement.block else {
            throw BlockError(.malformed, "the block is not the one that its leader has signed for")
        }
        let encoded = block.transactions.map { EncodedTransaction($0, suite: genesis.suite) }
        let waiting = node.replica?.verifiedTransactions(among: encoded.map(\.identifier)) ?? [:]
        var known: Set<TransactionIdentifier> = []
        let verified = try encoded.map { transaction in
            // The signature is no part of the identifier: only the bytes that were checked here are known to hold.
            if let waiting = waiting[transaction.identifier], waiting.bytes == transaction.bytes { return waiting }
            if node.ledger.height(of: transaction.identifier) != nil { known.insert(transaction.identifier) }
            let certificate = try node.admission.signer(of: transaction, state: node.ledger.state)
            return try verify(transaction, by: certificate)
        }
        return ExaminedProposal(proposal: proposal, block: block, transactions: verified, knownTransactions: known)
    }

    func finishExecution(of blocks: [Ledger.FinalizedBlock], _ node: SimulatedNode) {
        let before = node.ledger.height
        node.executionCount += 1
        let results: [ExecutedState]
        do {
            results = try node.ledger.execute(blocks)
        } catch {
            if node.isHonest { report(.failure, node, "blocks after \(before) cannot be executed: \(error)") }
            return stop(node, because: "\(error)")
        }
        for offset in 1...UInt64(max(1, blocks.count)) {
            guard let entry = node.ledger[before.advanced(by: offset)] else { break }
            check(entry, node)
            tell(entry, node)
        }
        let head = node.ledger.head
        receive(.executed(ExecutionReport(head: head, results: results)), node)
    }

    private func check(_ entry: SimulatedLedger.Entry, _ node: SimulatedNode) {
        let digest = entry.block.digest
        trace.note(2, UInt64(node.number), entry.block.header.height.rawValue, digest.prefix)
        trace.say("\(now) \(node.number) executed \(entry.block.header.height) \(digest.shortDescription)")
        guard node.isHonest else { return }
        report(.agreement, node, checkers.agreement.executed(entry, by: node.number))
        report(.validity, node, checkers.validity.executed(entry))
        if entry.block.header.height == node.ledger.height {
            report(.epochs, node, checkers.epochs.executed(entry, schedule: node.ledger.head.schedule))
        }
    }
}
