import Formats
import GRDB
import Identity

/// Carries blocks into a read model, within one transaction.
struct ReadModelWriter {
    /// Most methods of one transaction that are told apart; whoever mixes more has the rest counted only.
    private static let maximumMethodCount = 8

    let projections: [any ReadModelProjection]
    let tables: ReadModelTables

    /// Carries one block in.
    /// - Returns: where the model then stands.
    func write(_ block: FollowedBlock) throws(LedgerError) -> ReadModelPosition {
        let header = block.header
        let position = ReadModelPosition(height: header.height, digest: block.digest, time: header.timestamp)
        var rejectedCount = 0
        for (index, entry) in block.entries.enumerated() {
            if try write(entry, at: header.height, index) { rejectedCount += 1 }
        }
        try tables.execute(
            "INSERT OR REPLACE INTO blocks VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
            [
                .integer(Int64(header.height.rawValue)), .integer(header.timestamp.milliseconds),
                .blob(block.digest.bytes), .integer(Int64(header.epoch.rawValue)),
                .integer(Int64(header.view.rawValue)), .text(block.proposer.description),
                .integer(Int64(block.entries.count)), .integer(Int64(rejectedCount)),
            ])
        try apply(block.changes, of: position)
        return position
    }

    /// Hands changes to the projections that take them.
    func apply(_ changes: [StateChange], of position: ReadModelPosition) throws(LedgerError) {
        var start = changes.startIndex
        while start < changes.endIndex {
            let contract = changes[start].contract
            let end = changes[start...].firstIndex { $0.contract != contract } ?? changes.endIndex
            for projection in projections where projection.contracts.contains(contract) {
                try projection.apply(changes[start..<end], of: position, to: tables)
            }
            start = end
        }
    }

    /// Says how far the model is.
    func move(to position: ReadModelPosition) throws(LedgerError) {
        try tables.execute(
            "UPDATE read_model SET height = ?, time = ?, digest = ?",
            [
                .integer(Int64(position.height.rawValue)), .integer(position.time.milliseconds),
                .blob(position.digest.bytes),
            ])
    }

    /// Says that the model was filled from the state at `position`, and has blocks only after it.
    func finishSeeding(at position: ReadModelPosition) throws(LedgerError) {
        try move(to: position)
        try tables.execute(
            "UPDATE read_model SET is_seeding = 0, first_height = ?", [.integer(Int64(position.height.next.rawValue))])
    }

    /// - Returns: whether the transaction was rejected.
    private func write(_ entry: FollowedBlock.Entry, at height: Height, _ index: Int) throws(LedgerError) -> Bool {
        let body: TransactionBody
        let outcome: Outcome
        do {
            body = try Transaction(derBytes: entry.transaction, limit: Transaction.maximumByteCount).body
            outcome = try Outcome(derBytes: entry.outcome, limit: Outcome.maximumByteCount)
        } catch {
            throw LedgerError(.corrupted, "transaction \(index) of block \(height) cannot be read", cause: error)
        }
        let place: [SQLValue] = [.integer(Int64(height.rawValue)), .integer(Int64(index))]
        var (rejection, eventCount): (Rejection?, Int) = (nil, 0)
        switch outcome.status {
        case .applied(let events, _): eventCount = events.count
        case .rejected(let found): rejection = found
        }
        try tables.execute(
            "INSERT OR REPLACE INTO transaction_rows VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
            place + [
                .blob(outcome.transaction.digest.bytes), SQLValue(try entry.submitter.map(number(of:))),
                .integer(try tables.number(of: .text(Self.methods(of: body)))), .integer(Int64(body.calls.count)),
                .integer(rejection == nil ? 0 : 1), .integer(Int64(eventCount)),
            ])
        if let rejection {
            try tables.execute(
                "INSERT OR REPLACE INTO rejections VALUES (?, ?, ?, ?, ?)",
                place + [.integer(Int64(rejection.call)), .text(rejection.code), .text(rejection.message)])
        }
        return rejection != nil
    }

    private func number(of member: MemberName) throws(LedgerError) -> Int64 {
        let text = SQLValue.text(member.description)
        if let known = try tables.integer("SELECT number FROM members WHERE member = ?", [text]) { return known }
        return try tables.insert(
            "INSERT INTO members (member, department, role, name) VALUES (?, ?, ?, ?)",
            [text, .text(member.department.rawValue), .text(member.role.rawValue), .text(member.name.rawValue)])
    }

    /// `contract.method` of every call, each once, in the order in which they first come.
    private static func methods(of body: TransactionBody) -> String {
        var names: [(contract: String, method: String)] = []
        for call in body.calls where !names.contains(where: { $0 == (call.contract, call.method) }) {
            guard names.count < maximumMethodCount else {
                return names.map { "\($0.contract).\($0.method)" }.joined(separator: " ") + " …"
            }
            names.append((call.contract, call.method))
        }
        return names.map { "\($0.contract).\($0.method)" }.joined(separator: " ")
    }
}
