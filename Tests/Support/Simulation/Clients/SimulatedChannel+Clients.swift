import Consensus
import Formats
import Identity
import Ledger
import LedgerTestKit
import Replication

/// Transactions on their way, and what clients are told.
extension SimulatedChannel {
    /// How long a client waits for an answer before it asks another node.
    private static let clientPatience = Duration.milliseconds(1_500)
    /// Valid for as long as any history lasts, or for so many heights only.
    private static let lastValidHeights: [UInt64] = [100_000, 100_000, 100_000, 100_000, 60, 150, 300]
    /// Clients of departments come first, then their administrators.
    var administratorBase: Int { consortium.clients.count }

    func beginClients() {
        clients += consortium.administrators.indices.map { SimulatedClient(number: $0) }
        for number in clients.indices {
            schedule.add(.client(number), at: .milliseconds(random(1...500)))
        }
        if plan.changesMembers { schedule.add(.membership, at: .milliseconds(random(500...4_000))) }
    }

    /// A client looks at what it waits for, and perhaps wants something new.
    func act(_ number: Int) {
        let client = clients[number]
        for identifier in client.sequence {
            guard let order = client.orders[identifier] else { continue }
            if order.transaction.body.lastValidHeight.rawValue <= checkers.agreement.height {
                // Nothing will come of it any more, unless it is on the chain already: then a node still says so.
                guard order.attempts < 3 || isOnLedger(identifier) else {
                    client.remove(identifier)
                    continue
                }
            }
            if let last = order.lastAttempt, now - last < Self.clientPatience { continue }
            submit(identifier, of: client, as: number)
        }
        let isBusy = plan.isBusy(at: now, client: number)
        if number < administratorBase, isBusy, client.orders.count < 20 { makeOrder(client, number) }
        schedule.add(.client(number), at: now + .milliseconds(random(isBusy ? 20...plan.clientInterval : 300...600)))
    }

    private func isOnLedger(_ identifier: TransactionIdentifier) -> Bool {
        nodes.contains { $0.isHonest && $0.ledger.height(of: identifier) != nil }
    }

    /// A client wants something.
    func makeOrder(_ client: SimulatedClient, _ number: Int) {
        let order = client.orderCount
        client.orderCount += 1
        // What it says follows from its number alone, so that histories share signatures.
        let value = Array("\(order)".utf8)
        let key = "trail-\(order % 3)"
        let calls: [Call] =
            switch order % 8 {
            case 5: [NotesContract.call("refuse", key, value)]
            case 6: [NotesContract.call("put", key, value), NotesContract.call("append", key, value)]
            case 7: [NotesContract.call("remove", key)]
            default: [NotesContract.call("append", key, value)]
            }
        let lifetimes = Self.lastValidHeights
        let last = lifetimes[order < 2 ? 0 : Int(order) % lifetimes.count]
        want(
            calls, by: consortium.clients[number], number: order, lastValidHeight: Height(rawValue: last),
            isRegistering: order == 0 || order % 16 == 5, client: client)
    }

    /// A client orders one more of many, and does not wait before it asks a node.
    func makeSteadyOrder(_ number: Int) {
        let client = clients[number]
        client.orderCount += 1
        let call = NotesContract.call("put", "note-\(client.orderCount)", [UInt8](repeating: 0x61, count: 100))
        let identifier = want(
            [call], by: consortium.clients[number], number: 1 << 32 | client.orderCount,
            lastValidHeight: Height(rawValue: 900_000), isRegistering: false, client: client)
        if let identifier { submit(identifier, of: client, as: number) }
    }

    /// A department's client or administrator orders calls of its own, and does not wait before it asks a node.
    func order(_ calls: [Call], by role: Role, of department: Int) -> TransactionIdentifier? {
        let number = role == .administrator ? administratorBase + department : department
        let members = role == .administrator ? consortium.administrators : consortium.clients
        let client = clients[number]
        client.orderCount += 1
        // Every time: a transaction that is rejected registers nobody.
        let identifier = want(
            calls, by: members[department], number: 1 << 40 | client.orderCount,
            lastValidHeight: Height(rawValue: 900_000), isRegistering: true, client: client)
        if let identifier { submit(identifier, of: client, as: number) }
        return identifier
    }

    /// Has a client submit a transaction.
    /// - Returns: its identifier; `nil` where it cannot be signed, which is reported.
    @discardableResult
    func want(
        _ calls: [Call],
        by member: MemberIdentity,
        number: UInt64,
        lastValidHeight: Height,
        isRegistering: Bool,
        client: SimulatedClient
    ) -> TransactionIdentifier? {
        do {
            let transaction = try consortium.transaction(
                calls, by: member, number: number, lastValidHeight: lastValidHeight, isRegistering: isRegistering)
            checkers.validity.signed(transaction)
            client.add(transaction, at: now)
            tally.count("transaction")
            return transaction.identifier
        } catch {
            report(.failure, nil, "a transaction cannot be signed: \(error)")
            return nil
        }
    }

    private func submit(_ identifier: TransactionIdentifier, of client: SimulatedClient, as number: Int) {
        guard var order = client.orders[identifier] else { return }
        order.attempts += 1
        order.lastAttempt = now
        client.orders[identifier] = order
        let target = random(0...nodes.count - 1)
        post(.submission(order.transaction, client: number), from: -1, to: target)
    }

    // MARK: On a node

    func take(_ transaction: EncodedTransaction, of client: Int, _ node: SimulatedNode) {
        if let outcome = node.ledger.outcome(of: transaction.identifier) {
            return post(.outcome(outcome, client: client), from: node.number, to: -1)
        }
        guard let verified = try? admit(transaction.bytes, node) else {
            tally.count("submission refused")
            return
        }
        node.inputs.append(.submission(verified, unknownAt: node.ledger.height, client: client))
        takeTurn(node)
    }

    func finishSubmission(
        of transaction: VerifiedTransaction,
        _ insertion: Replica.Insertion,
        client: Int,
        _ node: SimulatedNode
    ) {
        switch insertion {
        case .inserted, .pendingAlready:
            node.waiters[transaction.identifier, default: []].insert(client)
        case .executedAlready, .outdated:
            guard let outcome = node.ledger.outcome(of: transaction.identifier) else { return }
            post(.outcome(outcome, client: client), from: node.number, to: -1)
        case .refused: tally.count("submission refused")
        }
    }

    /// A node tells whoever waits there what a block has come to.
    func tell(_ entry: SimulatedLedger.Entry, _ node: SimulatedNode) {
        guard !node.waiters.isEmpty else { return }
        for outcome in entry.outcomes {
            for client in node.waiters.removeValue(forKey: outcome.transaction)?.sorted() ?? [] {
                if node.isHonest {
                    post(.outcome(outcome, client: client), from: node.number, to: -1)
                }
            }
        }
    }

    func acknowledge(_ outcome: Outcome, to number: Int) {
        report(.durability, nil, checkers.durability.acknowledged(outcome))
        trace.note(4, UInt64(number), outcome.transaction.digest.prefix)
        guard let order = clients[number].orders[outcome.transaction] else { return }
        clients[number].remove(outcome.transaction)
        tally.count("outcome told")
        onOutcome?(now - order.madeAt)
        if number >= administratorBase { heed(outcome) }
    }
}
