import Consensus
import Formats
import Identity

/// Goes on saying what it said in epochs that are over, and speaks of epochs that have not begun.
struct StaleEpochs: Misbehaviour {
    private static let rememberedCount = 64

    private var remembered: [ConsensusMessage] = []
    private var next = 0

    mutating func bend(_ message: ConsensusMessage, to peer: MemberName, as traitor: Traitor) -> [ConsensusMessage] {
        if remembered.count < Self.rememberedCount { remembered.append(message) }
        next = (next + 1) % remembered.count
        var messages = [message, remembered[next]]
        if case .vote(let vote) = message {
            let statement = vote.statement
            let later = Epoch(rawValue: statement.epoch.rawValue + 1)
            let moved = VoteStatement.nullify(statement.view, epoch: later, channel: statement.channel)
            messages += traitor.vote(moved).map { [.vote($0)] } ?? []
        }
        return messages
    }
}
