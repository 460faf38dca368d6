import Consensus
import Formats
import Identity
import Ledger
import Replication

/// Blocks and ranges that a node asks of peers, and what it answers.
extension SimulatedChannel {
    /// How long a node waits for a block, and for a range.
    private static let blockPatience = Duration.milliseconds(500)
    private static let rangePatience = Duration.seconds(2)
    /// The bounds of a range, as the node has them.
    private static let maximumRangeCount = 500
    private static let maximumRangeBytes = 8 << 20

    private func ask(
        _ request: SimulatedNode.Request,
        of member: MemberName,
        patience: Duration,
        _ node: SimulatedNode,
        _ parcel: (Int) -> Parcel
    ) {
        node.lastRequest += 1
        let number = node.lastRequest
        node.requests[number] = request
        if let machine = machines[member]?.randomElement(using: &generator) {
            post(parcel(number), from: node.number, to: machine)
        }
        schedule.add(.deadline(request: number, node: node.number, life: node.life), at: now + patience)
    }

    /// Asks the members one after the other for a block.
    func fetch(_ digest: Digest, in view: View, from members: ArraySlice<MemberName>, _ node: SimulatedNode) {
        guard let member = members.first else {
            node.inputs.append(.event(.blockFetched(digest, in: view, nil)))
            return takeTurn(node)
        }
        tally.count("block asked for")
        ask(.block(digest, view, rest: members.dropFirst()), of: member, patience: Self.blockPatience, node) {
            .blockRequest(digest, number: $0)
        }
    }

    func fetch(_ request: RangeRequest, _ node: SimulatedNode) {
        tally.count("range asked for")
        ask(.range(request), of: request.peer, patience: Self.rangePatience, node) {
            .rangeRequest(first: request.first, count: request.count, number: $0)
        }
    }

    /// Nobody has answered in time.
    func giveUp(_ number: Int, _ node: SimulatedNode) {
        switch node.requests.removeValue(forKey: number) {
        case .block(let digest, let view, let rest): fetch(digest, in: view, from: rest, node)
        case .range(let request): receive(.rangeFetched(request, .failed("no answer came in time")), node)
        case nil: break
        }
    }

    func take(block bytes: [UInt8]?, for number: Int, _ node: SimulatedNode) {
        guard case .block(let digest, let view, let rest) = node.requests[number] else { return }
        node.requests[number] = nil
        guard let bytes, let block = try? BlockValidator(genesis: genesis).parse(bytes),
            block.header.digest(suite: genesis.suite) == digest,
            Block.transactionsRoot(block.transactions, suite: genesis.suite) == block.header.transactionsRoot
        else { return fetch(digest, in: view, from: rest, node) }
        let entry = BlockTree.Entry(fetched: block, bytes: bytes, digest: digest, suite: genesis.suite)
        receive(.blockFetched(digest, in: view, entry), node)
    }

    func answer(first: Height, count: Int, number: Int, from source: Int, _ node: SimulatedNode) {
        let isPruned = first <= node.ledger.prunedThrough
        let range = isPruned ? nil : node.ledger.range(from: first, limit: min(max(1, count), Self.maximumRangeCount))
        var reply: Parcel.RangeReply? = Parcel.RangeReply(
            bytes: range?.derBytes, height: node.ledger.height, isPruned: isPruned)
        if node.misbehaviour != nil {
            reply = reply.flatMap { node.misbehaviour?.bend(range: $0, as: traitor(node)) }
        }
        if let reply { post(.range(reply, number: number), from: node.number, to: source) }
    }

    func take(range reply: Parcel.RangeReply, for number: Int, _ node: SimulatedNode) {
        guard case .range(let request) = node.requests[number] else { return }
        node.requests[number] = nil
        let answer: RangeAnswer =
            reply.isPruned
            ? .pruned("blocks below height \(reply.height) are not on this node any more")
            : request.answer(
                reply.bytes, limit: Self.maximumRangeBytes, peerHeight: reply.height, genesis: genesis)
        trace.say("\(now) \(node.number) range from \(request.peer.department) at \(request.first): \(answer)")
        receive(.rangeFetched(request, answer), node)
    }
}
