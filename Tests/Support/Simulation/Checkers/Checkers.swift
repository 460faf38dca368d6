import Formats

/// The checkers of one history, and what they have found.
struct Checkers {
    var agreement = AgreementChecker()
    var validity = ValidityChecker()
    var durability = DurabilityChecker()
    var contradiction = ContradictionChecker()
    var persistence = PersistenceChecker()
    var epochs: EpochChecker
    var bounds = BoundsChecker()
    private(set) var violations: [Violation] = []

    /// More of them say nothing that the first do not.
    private static let maximumCount = 10

    init(genesis: Genesis) { epochs = EpochChecker(genesis: genesis) }

    mutating func report(_ rule: Violation.Rule, at time: Duration, node: Int? = nil, _ story: String?) {
        guard let story, violations.count < Self.maximumCount else { return }
        violations.append(Violation(rule, at: time, node: node, story))
    }
}
