import Formats
import Identity

/// DER of a signed transaction.
struct SubmitRequest: Codable, Sendable {
    let transaction: [UInt8]
}

/// DER of the transaction's outcome.
struct SubmitReply: Codable, Sendable {
    let outcome: [UInt8]
}

struct QueryRequest: Codable, Sendable {
    let contract: String
    let name: String
    let arguments: [UInt8]
}

/// A ``ReceiptQuestion`` on its way: exactly one of the three.
struct ReceiptRequest: Codable, Sendable {
    struct State: Codable, Sendable {
        /// DER of a `StateName`.
        let name: [UInt8]
        let asOf: Height?
    }

    struct Trail: Codable, Sendable {
        /// DER of a `StateName`.
        let name: [UInt8]
        /// DER of a `TrailHead`.
        let preceding: [UInt8]
    }

    let transaction: TransactionIdentifier?
    let state: State?
    let trail: Trail?

    init(_ question: ReceiptQuestion) {
        var (transaction, state, trail): (TransactionIdentifier?, State?, Trail?) = (nil, nil, nil)
        switch question {
        case .transaction(let identifier): transaction = identifier
        case .state(let name, let height): state = State(name: name.derBytes, asOf: height)
        case .trail(let name, let preceding):
            trail = Trail(name: name.derBytes, preceding: preceding.derBytes)
        }
        (self.transaction, self.state, self.trail) = (transaction, state, trail)
    }

    /// - Throws: ``NodeError`` with code `invalidQuery`.
    func question() throws(NodeError) -> ReceiptQuestion {
        do {
            switch (transaction, state, trail) {
            case (let identifier?, nil, nil): return .transaction(identifier)
            case (nil, let state?, nil): return .state(try Self.name(state.name), asOf: state.asOf)
            case (nil, nil, let trail?):
                let preceding = try TrailHead(derBytes: trail.preceding, limit: 64)
                return .trail(try Self.name(trail.name), after: preceding)
            default: throw FormatError(.malformed, "a receipt is about one thing")
            }
        } catch {
            throw NodeError(.invalidQuery, "this is no question for a receipt: \(error)")
        }
    }

    private static func name(_ bytes: [UInt8]) throws(FormatError) -> StateName {
        try StateName(derBytes: bytes, limit: 512)
    }
}

/// DER of a receipt.
struct ReceiptReply: Codable, Sendable {
    let receipt: [UInt8]
}
