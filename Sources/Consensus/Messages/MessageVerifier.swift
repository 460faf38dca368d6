import DequeModule
public import Formats
public import Identity
import Synchronization

/// Checks the signatures of messages, off the engine's path and from any number of tasks at once.
///
/// Votes that held once are remembered, so that a certificate made of votes that have arrived costs no signature check.
/// The memory is bounded: the oldest votes are forgotten first.
public final class MessageVerifier: Sendable {
    /// Most votes remembered: three kinds from 100 validators in 27 views, about 3 MB.
    public static let maximumRememberedVotes = 8_192

    private let validators: ValidatorSet
    private let suite: any CryptoSuite
    private let remembered = Mutex(RememberedVotes())

    public init(validators: ValidatorSet, suite: any CryptoSuite) {
        self.validators = validators
        self.suite = suite
    }

    /// Checks every signature that `message` bears. Ask ``Simplex/relevance(of:from:)`` first: it is cheaper.
    /// - Throws: ``VerificationError``; the peer that sent the message is at fault.
    public func verify(_ message: ConsensusMessage) throws(VerificationError) {
        switch message {
        case .proposal(let proposal):
            guard proposal.signed.isValid(in: validators, suite: suite) else {
                throw VerificationError(
                    .wrongSignature,
                    "the proposal of view \(proposal.statement.view) is not signed by the view's leader")
            }
        case .vote(let vote):
            try verify(vote)
        case .certificate(let certificate):
            try verify(certificate)
        case .status(let status):
            if let certificate = status.certificate {
                try verify(certificate)
            }
        case .certificateRequest:
            // It bears no signature: the transport authenticates who asks.
            break
        }
    }

    /// Remembers a vote of this validator itself, which has just signed it.
    public func remember(_ vote: Vote) {
        remembered.withLock { $0.insert(vote) }
    }

    private func verify(_ vote: Vote) throws(VerificationError) {
        if remembered.withLock({ $0.contains(vote) }) { return }
        guard vote.isValid(in: validators, suite: suite) else {
            throw VerificationError(
                .wrongSignature, "the \(vote.statement.kind) vote of validator \(vote.validator) is not signed by it")
        }
        remember(vote)
    }

    private func verify(_ certificate: QuorumCertificate) throws(VerificationError) {
        try certificate.verify(in: validators, suite: suite) { vote in
            remembered.withLock { $0.contains(vote) }
        }
        remembered.withLock { memory in
            for vote in certificate.votes {
                memory.insert(vote)
            }
        }
    }
}

/// A set that forgets its oldest member when it is full.
private struct RememberedVotes {
    private var votes: Set<Vote> = []
    private var order: Deque<Vote> = []

    func contains(_ vote: Vote) -> Bool { votes.contains(vote) }

    mutating func insert(_ vote: Vote) {
        guard votes.insert(vote).inserted else { return }
        order.append(vote)
        if order.count > MessageVerifier.maximumRememberedVotes, let oldest = order.popFirst() {
            votes.remove(oldest)
        }
    }
}
