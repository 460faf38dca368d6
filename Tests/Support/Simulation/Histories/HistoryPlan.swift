/// What a history is made of: all of it follows from the seed, unless somebody says otherwise.
public struct HistoryPlan: Sendable {
    public let seed: UInt64
    /// Validators of the genesis.
    public var validators: Int
    /// Departments whose nodes may join later.
    public var spares: Int
    /// Δ of the protocol, in milliseconds.
    public var networkDelay: Int
    /// Most transactions in a block: few, so that full ones happen.
    var blockTransactions = 50
    /// The Byzantine validators, by number.
    public var traitors: [Int: MisbehaviourKind]
    public var canary: Canary?
    /// How long the faults last.
    public var storm: Duration
    /// How long everything may take to become final afterwards.
    public var patience = Duration.seconds(60)
    /// Whether messages are encoded and parsed on their way.
    public var encodesMessages: Bool
    /// Whether events that arrive together are taken together.
    public var takesInputsTogether: Bool
    public var changesMembers: Bool
    /// Whether machines crash between two effects.
    public var diesAnywhere: Bool
    /// Most milliseconds between two orders of a client.
    public var clientInterval: Int
    /// Greatest delay of a message in the storm, in milliseconds.
    public var greatestDelay: Int
    public var loss: Double
    public var duplication: Double
    /// Whether a block that one node has executed is not executed again by the others.
    public var sharesExecutions: Bool
    /// The state's commitment is the product's, so that the chain can be executed by the ledger on disk.
    public var usesReferenceCommitment: Bool

    var commitment: SimulatedState.Commitment { usesReferenceCommitment ? .reference : .chain }

    /// The plan that follows from a seed.
    public init(seed: UInt64) {
        self.seed = seed
        var generator = SeededGenerator(seed: seed ^ 0x005E_ED0F_9A11)
        let counts = [4, 4, 4, 4, 4, 4, 4, 4, 5, 6, 7, 7, 7, 10, 1, 2, 3]
        validators = counts[Int.random(in: 0..<counts.count, using: &generator)]
        changesMembers = generator.chance(0.4) && validators <= 7
        spares = changesMembers ? Int.random(in: 1...2, using: &generator) : 0
        networkDelay = generator.chance(0.8) ? 100 : 500
        storm = .seconds(Int.random(in: 8...20, using: &generator))
        encodesMessages = generator.chance(0.25)
        takesInputsTogether = generator.chance(0.5)
        diesAnywhere = generator.chance(0.5)
        clientInterval = [150, 600, 2_000][Int.random(in: 0..<3, using: &generator)]
        greatestDelay = [5, 20, 60, 250][Int.random(in: 0..<4, using: &generator)]
        loss = generator.chance(0.3) ? 0 : Double.random(in: 0...0.15, using: &generator)
        duplication = Double.random(in: 0...0.15, using: &generator)
        usesReferenceCommitment = false
        sharesExecutions = generator.chance(0.8)
        traitors = [:]
        let tolerated = (validators - 1) / 3
        if tolerated > 0, generator.chance(0.6) {
            let kinds = MisbehaviourKind.allCases
            for _ in 0..<Int.random(in: 1...tolerated, using: &generator) {
                let traitor = Int.random(in: 0..<validators, using: &generator)
                traitors[traitor] = kinds[Int.random(in: 0..<kinds.count, using: &generator)]
            }
        }
    }

    /// Whether a client has new wishes: not in peace, and not always in the storm.
    func isBusy(at time: Duration, client: Int) -> Bool {
        guard time < storm else { return false }
        // Every client rests now and then, so that the channel comes to rest in the midst of faults too.
        return (time.microseconds / 3_000_000 + client + Int(truncatingIfNeeded: seed % 7)) % 4 != 0
    }

    public var summary: String {
        let names = traitors.sorted { $0.key < $1.key }.map { "\($0.key) \($0.value.rawValue)" }
        let properties = [
            "\(validators) validators", spares > 0 ? "\(spares) spares" : nil, "Δ \(networkDelay) ms",
            "storm \(storm)", "delay to \(greatestDelay) ms", encodesMessages ? "encoded" : nil,
            takesInputsTogether ? "batched" : nil, diesAnywhere ? "dies anywhere" : nil,
            names.isEmpty ? nil : "traitors: " + names.joined(separator: ", "),
            canary.map { "canary \($0.rawValue)" },
        ]
        return properties.compactMap(\.self).joined(separator: "; ")
    }
}
