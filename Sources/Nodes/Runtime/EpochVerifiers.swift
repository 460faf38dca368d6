import Consensus
import Formats
import Identity
import Ledger
import Synchronization

/// Checks the signatures of messages, each with the keys of its own epoch: the present one, the announced one, and the
/// one before, whose messages may still be on their way.
final class EpochVerifiers: Sendable {
    private struct State {
        var verifiers: [Epoch: MessageVerifier] = [:]
        var sets: [Epoch: ValidatorSet] = [:]
    }

    private let suite: any CryptoSuite
    private let state = Mutex(State())

    init(suite: any CryptoSuite) { self.suite = suite }

    /// Forgets all but the epochs that matter now.
    func adopt(_ schedule: ValidatorSchedule) {
        let sets = [schedule.current.validators] + (schedule.next.map { [$0.validators] } ?? [])
        state.withLock { state in
            for set in sets where state.sets[set.epoch] == nil {
                state.sets[set.epoch] = set
                state.verifiers[set.epoch] = MessageVerifier(validators: set, suite: suite)
            }
            let oldest = schedule.current.epoch.previous ?? .zero
            state.sets = state.sets.filter { $0.key >= oldest }
            state.verifiers = state.verifiers.filter { $0.key >= oldest }
        }
    }

    func validators(of epoch: Epoch) -> ValidatorSet? { state.withLock { $0.sets[epoch] } }

    /// Checks every signature that `message` bears.
    /// - Throws: ``VerificationError``; code `wrongEpoch` where the epoch's validators are not known.
    func verify(_ message: ConsensusMessage) throws(VerificationError) {
        guard let verifier = state.withLock({ $0.verifiers[message.epoch] }) else {
            throw VerificationError(.wrongEpoch, "the validators of epoch \(message.epoch) are not known here")
        }
        try verifier.verify(message)
    }

    /// Remembers a vote of this validator itself, which has just signed it.
    func remember(_ vote: Vote) {
        state.withLock { $0.verifiers[vote.statement.epoch] }?.remember(vote)
    }
}
