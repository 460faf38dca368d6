import Formats

/// Collects the effects of one event and puts them in the order that ``Simplex`` promises.
struct EffectQueue: Sendable {
    private var records: [SimplexEffect] = []
    private var others: [SimplexEffect] = []
    private var needsSync = false

    mutating func append(_ effect: SimplexEffect) {
        switch effect {
        case .persist:
            records.append(effect)
        case .sync:
            preconditionFailure("the queue itself places the sync")
        case .vote, .broadcast(.proposal):
            // The only things that this validator says for the first time: rule 9 is about them.
            needsSync = true
            others.append(effect)
        case .broadcast, .send, .armTimer, .cancelTimer, .propose, .verify, .notarized, .finalized, .fetchBlock,
            .evidence, .blame:
            others.append(effect)
        }
    }

    mutating func drain() -> [SimplexEffect] {
        defer { self = EffectQueue() }
        return records + (needsSync && !records.isEmpty ? [.sync] : []) + others
    }
}
