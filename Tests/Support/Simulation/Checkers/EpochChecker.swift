import Formats
import Identity
import Ledger

/// Every block is of its height's epoch, and final by a quorum of that epoch's validators and nobody else.
///
/// The rule is counted here anew: the checker takes from the ledger who the validators are, and nothing else.
struct EpochChecker {
    /// The first heights of the epochs, with their members, as they were announced.
    private var epochs: [(first: Height, members: [MemberName], keys: [KeyIdentifier])] = []

    init(genesis: Genesis) { learn(ValidatorSchedule(genesis: genesis).current) }

    /// - Returns: what is wrong with what a schedule says of an epoch.
    @discardableResult
    private mutating func learn(_ term: ValidatorSchedule.Term) -> String? {
        let number = Int(term.epoch.rawValue)
        let validators = term.validators.indices.compactMap { term.validators[$0] }
        let members = validators.map(\.member)
        let keys = validators.map(\.key.identifier)
        guard number < epochs.count else {
            guard number == epochs.count, epochs.last.map({ $0.first < term.firstHeight }) ?? true else {
                return "epoch \(number) is announced when \(epochs.count - 1) is the last one known"
            }
            epochs.append((term.firstHeight, members, keys))
            return nil
        }
        let known = epochs[number]
        return known.first == term.firstHeight && known.members == members && known.keys == keys
            ? nil : "epoch \(number) is not the one that others know"
    }

    /// The validators of an epoch, by place.
    func members(of epoch: Epoch) -> [MemberName] { epochs[Int(epoch.rawValue)].members }

    /// How many epochs have been announced, the first among them.
    var count: Int { epochs.count }

    /// - Returns: what is wrong with a block that an honest member has executed, and with who validates after it.
    mutating func executed(_ entry: SimulatedLedger.Entry, schedule: ValidatorSchedule) -> String? {
        if let fault = learn(schedule.current) { return fault }
        if let next = schedule.next, let fault = learn(next) { return fault }
        let header = entry.block.header
        guard let epoch = epochs.lastIndex(where: { $0.first <= header.height }) else { return "no epoch has begun" }
        guard header.epoch.rawValue == UInt64(epoch) else {
            return "block \(header.height) is of epoch \(header.epoch); at its height \(epoch) is in force"
        }
        guard let finalization = entry.block.finalization else { return nil }
        let count = epochs[epoch].members.count
        let signers = Set(finalization.signers)
        guard finalization.statement.epoch == header.epoch, finalization.statement.block == entry.block.digest,
            finalization.statement.kind == .finalize, finalization.statement.view >= header.view
        else { return "the finalization of block \(header.height) is of something else" }
        guard 3 * signers.count > 2 * count || count == signers.count, signers.allSatisfy({ $0.rawValue < count })
        else {
            return "block \(header.height) is final by \(signers.count) of \(count) validators"
        }
        return nil
    }
}
