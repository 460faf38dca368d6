package import Formats

/// DER of a signed transaction.
package struct SubmitRequest: Codable, Sendable {
    package let transaction: [UInt8]

    package init(transaction: [UInt8]) { self.transaction = transaction }
}

/// DER of the transaction's outcome.
package struct SubmitReply: Codable, Sendable {
    package let outcome: [UInt8]

    package init(outcome: [UInt8]) { self.outcome = outcome }
}

package struct QueryRequest: Codable, Sendable {
    package let contract: String
    package let name: String
    package let arguments: [UInt8]

    package init(contract: String, name: String, arguments: [UInt8]) {
        self.contract = contract
        self.name = name
        self.arguments = arguments
    }
}

/// A ``ReceiptQuestion`` on its way: exactly one of the three.
package struct ReceiptRequest: Codable, Sendable {
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

    package init(_ question: ReceiptQuestion) {
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

/// Asks for the step of a light client from the header of a height; `nil` from the genesis.
package struct LightClientStepRequest: Codable, Sendable {
    package let known: Height?

    package init(known: Height?) { self.known = known }
}

/// DER of a `LightClientStep`.
package struct LightClientStepReply: Codable, Sendable {
    package let step: [UInt8]

    package init(step: [UInt8]) { self.step = step }
}

/// DER of a receipt.
package struct ReceiptReply: Codable, Sendable {
    package let receipt: [UInt8]

    package init(receipt: [UInt8]) { self.receipt = receipt }
}

/// Asks for the first finalised header that states the results of a height or a later one.
package struct SealingRequest: Codable, Sendable {
    package let height: Height

    package init(height: Height) { self.height = height }
}

/// DER of a `BlockHeader` and of its `QuorumCertificate`; `nil` where there is none yet.
package struct SealingReply: Codable, Sendable {
    package let header: [UInt8]?
    package let finalization: [UInt8]?

    package init(header: [UInt8]?, finalization: [UInt8]?) {
        self.header = header
        self.finalization = finalization
    }
}
