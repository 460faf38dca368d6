import Consensus
import Formats
import Identity

/// The driver of every simulated validator: what the node's runtime does, on simulated time.
extension Cluster {
    mutating func process(_ occurrence: Schedule.Occurrence) {
        switch occurrence {
        case .message(let message, let sender, let receiver):
            guard isDeliverable(from: sender, to: receiver) else { return }
            deliver(message, from: sender, to: receiver)
        case .blockRequest(let digest, let sender, let receiver):
            guard isDeliverable(from: sender, to: receiver) else { return }
            let blocks = nodes[receiver.rawValue].ancestry(of: digest, limit: 50)
            guard !blocks.isEmpty else { return }
            for delay in network.delays(generator: &generator) {
                schedule.add(.blocks(blocks, from: receiver, to: sender), at: now + delay)
            }
        case .blocks(let blocks, let sender, let receiver):
            guard isDeliverable(from: sender, to: receiver) else { return }
            store(blocks, receiver)
        case .timer(let timer, let node, let life, let generation):
            guard nodes[node.rawValue].life == life, nodes[node.rawValue].timers[timer] == generation else { return }
            nodes[node.rawValue].timers[timer] = nil
            handle(.timerFired(timer), node)
        case .event(let event, let node, let life):
            guard nodes[node.rawValue].life == life else { return }
            handle(event, node)
        case .payload(let request, let node, let life):
            guard nodes[node.rawValue].life == life else { return }
            build(request, node)
        case .catchUp(let node, let life):
            guard nodes[node.rawValue].life == life else { return }
            nodes[node.rawValue].isCatchingUp = false
            execute(node)
        case .reachability(let peer, let node):
            let isReachable = nodes[peer.rawValue].engine != nil && network.isConnected(peer, node)
            handle(.peerReachability(peer, isReachable: isReachable), node)
        case .item(let item, let node):
            guard !nodes[node.rawValue].ordered.contains(item) else { return }
            nodes[node.rawValue].waiting.insert(item)
            reportWork(node)
        case .restart(let node):
            start(node.rawValue)
        }
    }

    private func isDeliverable(from sender: ValidatorIndex, to receiver: ValidatorIndex) -> Bool {
        network.isConnected(sender, receiver) && network.frozen.isDisjoint(with: [sender, receiver])
    }

    private mutating func deliver(_ message: ConsensusMessage, from sender: ValidatorIndex, to receiver: ValidatorIndex)
    {
        guard let engine = nodes[receiver.rawValue].engine else { return }
        switch engine.relevance(of: message, from: sender) {
        case .relevant: handle(.message(message, from: sender), receiver)
        case .ahead: handle(.peerAhead(sender), receiver)
        case .faulty(let reason): nodes[receiver.rawValue].blame[reason, default: 0] += 1
        case .superfluous, .otherEpoch: break
        }
    }

    mutating func handle(_ event: SimplexEvent, _ node: ValidatorIndex) {
        guard let effects = nodes[node.rawValue].engine?.receive(event) else { return }
        rules.observe(event, effects, by: node, at: now)
        perform(effects, node)
    }

    /// Carries effects out in their order. A validator may die between any two.
    mutating func perform(_ effects: [SimplexEffect], _ node: ValidatorIndex) {
        let life = nodes[node.rawValue].life
        var hasUnsynced = false
        for effect in effects {
            guard nodes[node.rawValue].engine != nil, nodes[node.rawValue].life == life else { return }
            if misbehaviours[node] == nil, generator.chance(crashProbability) {
                crash(node.rawValue)
                let delay = Duration.milliseconds(Int.random(in: 50...2_000, using: &generator))
                schedule.add(.restart(node: node), at: now + delay)
                return
            }
            switch effect {
            case .persist: hasUnsynced = true
            case .sync: hasUnsynced = false
            case .vote, .broadcast(.proposal):
                if hasUnsynced {
                    durability.append(Violation(.durability, "validator \(node) said \(effect) before it was durable"))
                }
            default: break
            }
            perform(effect, node)
        }
    }

    private mutating func perform(_ effect: SimplexEffect, _ node: ValidatorIndex) {
        let life = nodes[node.rawValue].life
        switch effect {
        case .persist(let record): nodes[node.rawValue].disk.append(record)
        case .sync: nodes[node.rawValue].disk.sync()
        case .vote(let statement): vote(statement, node)
        case .broadcast(let message): broadcast(message, node)
        case .send(let message, let peer): send(message, from: node, to: peer)
        case .armTimer(let timer, let delay):
            let generation = Int.random(in: 0...Int.max, using: &generator)
            nodes[node.rawValue].timers[timer] = generation
            schedule.add(.timer(timer, node: node, life: life, generation: generation), at: now + delay)
        case .cancelTimer(let timer): nodes[node.rawValue].timers[timer] = nil
        case .propose(let request): schedule.add(.payload(request, node: node, life: life), at: now + someWork())
        case .verify(let proposal): verify(proposal, node)
        case .notarized(let view, let digest):
            if canary == .finalizesAfterNullify {
                let statement = VoteStatement.finalize(digest, in: view, epoch: .zero, channel: channel)
                broadcast(.vote(sign(statement, node)), node)
            }
        case .finalized(let certificate):
            nodes[node.rawValue].pendingFinalization = certificate
            execute(node)
        case .fetchBlock(_, let digest, let peers): requestBlock(digest, of: peers, node)
        case .evidence(let evidence): nodes[node.rawValue].evidence.append(evidence)
        case .blame(_, let reason): nodes[node.rawValue].blame[reason, default: 0] += 1
        }
    }

    private mutating func someWork() -> Duration { .milliseconds(Int.random(in: 0...5, using: &generator)) }

    // MARK: Sending

    private func sign(_ statement: VoteStatement, _ node: ValidatorIndex) -> Vote {
        Vote(statement: statement, validator: node, signature: .init([UInt8(node.rawValue)]))
    }

    private mutating func vote(_ statement: VoteStatement, _ node: ValidatorIndex) {
        let vote = sign(statement, node)
        broadcast(.vote(vote), node)
        schedule.add(.event(.voteCast(vote), node: node, life: nodes[node.rawValue].life), at: now)
    }

    private mutating func broadcast(_ message: ConsensusMessage, _ node: ValidatorIndex) {
        for peer in validators.indices where peer != node {
            send(message, from: node, to: peer)
        }
    }

    private mutating func send(_ message: ConsensusMessage, from node: ValidatorIndex, to peer: ValidatorIndex) {
        let bent = misbehaviours[node]?.bend(message, to: peer, as: Traitor(index: node))
        for message in bent ?? [message] {
            if bent == nil {
                wire.sent(message, by: node)
            }
            sentCount += 1
            for delay in network.delays(generator: &generator) {
                schedule.add(.message(message, from: node, to: peer), at: now + delay)
            }
        }
    }

    // MARK: Blocks

    func hasWork(_ node: ValidatorIndex) -> Bool { !nodes[node.rawValue].waiting.isEmpty }

    mutating func reportWork(_ node: ValidatorIndex) {
        handle(.workPending(hasWork(node)), node)
    }

    private mutating func build(_ request: ProposalRequest, _ node: ValidatorIndex) {
        let state = nodes[node.rawValue]
        let (ancestors, missing) = state.path(to: request.parent, channel: channel)
        let items = state.waiting.subtracting(ancestors.flatMap(\.items)).sorted().prefix(3)
        guard missing == nil, request.isRequired || !items.isEmpty else {
            handle(.payloadUnavailable(request.view), node)
            return
        }
        let height = state.blocks[request.parent]?.height ?? 0
        let block = SimulatedBlock(
            view: request.view.rawValue, height: height + 1, parentView: request.parentView.rawValue,
            parent: request.parent, items: Array(items))
        nodes[node.rawValue].blocks[block.digest] = block
        let statement = ProposalStatement(
            channel: channel, epoch: .zero, view: request.view, parentView: request.parentView, parent: request.parent,
            block: block.digest)
        let signed = SignedProposal(statement: statement, signature: .init([UInt8(node.rawValue)]))
        handle(.payloadReady(Proposal(signed: signed, block: block.bytes)), node)
    }

    private mutating func verify(_ proposal: Proposal, _ node: ValidatorIndex) {
        let statement = proposal.statement
        let block = SimulatedBlock(bytes: proposal.block)
        let parentHeight =
            statement.parentView == .zero ? 0 : nodes[node.rawValue].blocks[statement.parent]?.height
        let isValid =
            block?.digest == statement.block && block?.view == statement.view.rawValue
            && block?.parent == statement.parent && block?.height == parentHeight.map { $0 + 1 }
        if isValid, let block {
            nodes[node.rawValue].blocks[statement.block] = block
        }
        let event = SimplexEvent.blockVerified(statement.view, statement.block, isValid: isValid)
        schedule.add(.event(event, node: node, life: nodes[node.rawValue].life), at: now + someWork())
    }

    private mutating func requestBlock(_ digest: Digest, of peers: [ValidatorIndex], _ node: ValidatorIndex) {
        if let block = nodes[node.rawValue].blocks[digest] {
            let event = SimplexEvent.blockAvailable(View(rawValue: block.view), digest)
            schedule.add(.event(event, node: node, life: nodes[node.rawValue].life), at: now)
            return
        }
        guard let peer = peers.randomElement(using: &generator) else { return }
        for delay in network.delays(generator: &generator) {
            schedule.add(.blockRequest(digest, from: node, to: peer), at: now + delay)
        }
    }

    private mutating func store(_ blocks: [SimulatedBlock], _ node: ValidatorIndex) {
        guard nodes[node.rawValue].engine != nil else { return }
        var hasNews = false
        for block in blocks {
            let digest = block.digest
            let isNew = nodes[node.rawValue].blocks.updateValue(block, forKey: digest) == nil
            guard isNew else { continue }
            hasNews = true
            handle(.blockAvailable(View(rawValue: block.view), digest), node)
        }
        if hasNews {
            execute(node)
        }
    }

    /// Executes what is final, as far as the blocks are here; asks for the first that is not.
    private mutating func execute(_ node: ValidatorIndex) {
        let state = nodes[node.rawValue]
        guard state.engine != nil, let certificate = state.pendingFinalization,
            let digest = certificate.statement.block
        else { return }
        let (path, missing) = state.path(to: digest, channel: channel)
        if let missing {
            requestBlock(missing, of: certificate.signers.filter { $0 != node }, node)
            if !state.isCatchingUp {
                nodes[node.rawValue].isCatchingUp = true
                schedule.add(.catchUp(node: node, life: state.life), at: now + .milliseconds(200))
            }
            return
        }
        nodes[node.rawValue].pendingFinalization = nil
        nodes[node.rawValue].disk.finalization = certificate
        for block in path.reversed() {
            nodes[node.rawValue].disk.chain.append(block)
            nodes[node.rawValue].ordered.formUnion(block.items)
            nodes[node.rawValue].waiting.subtract(block.items)
            if misbehaviours[node] == nil {
                agreement.executed(block, by: node)
            }
        }
        handle(.blockAvailable(certificate.statement.view, digest), node)
        reportWork(node)
    }
}
