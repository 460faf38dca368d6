import Formats
public import Identity
public import Licences
import Nodes

/// Scanning what a holder shows (扫码核验): the code is checked, also against what the ledger has of revocations, the
/// holder asked, the ledger asked, and what comes checked.
public struct Presentations: Sendable {
    private let client: ZhenglianClient

    init(client: ZhenglianClient) { self.client = client }

    /// What a scanner says of itself.
    public struct Purpose: Sendable {
        public var application: ApplicationName
        public var context: UseContext
        public var channel: UseChannel
        /// The fields that it needs; all that the code shows where `nil`.
        public var fields: [LicenceColumn]?
        public var region: RegionCode?

        public init(
            application: ApplicationName, context: UseContext, channel: UseChannel = .app,
            fields: [LicenceColumn]? = nil, region: RegionCode? = nil
        ) {
            self.application = application
            self.context = context
            self.channel = channel
            self.fields = fields
            self.region = region
        }
    }

    /// What came of a scan: the ledger's decision, and the fields where it allows.
    public struct Scanned: Sendable {
        public let decision: Decision
        public let content: ReleasedContent?
    }

    /// Scans a code.
    /// - Parameters:
    ///   - code: as it was read.
    ///   - purpose: who asks and what for, which the holder sees.
    ///   - service: the owner's node.
    ///   - time: this machine's clock, for the code.
    ///   - pace: how often the node is asked for the holder's answer, and how long.
    /// - Throws: `PresentationFault` where the code does not hold; ``LicenceServiceError`` where the node or the holder
    ///   refuses; what asking for revocations, submitting and fetching throw.
    public func scan(
        _ code: PresentationCode, for purpose: Purpose, through service: any LicenceService, at time: Timestamp,
        pace: Pace = Pace()
    ) async throws -> Scanned {
        let genesis = client.genesis
        let own = client.identity.member
        // Offline first: what is no code of this consortium makes nobody ask a node anything.
        try code.check(against: genesis, scanner: own.department, at: time)
        let revocations = try await client.ledger.revocations(of: code.token.owner)
        try code.check(against: genesis, scanner: own.department, at: time, revocations: revocations)
        let key = genesis.suite.recipientCipher.generateKey()
        let token = code.token
        let request = UseRequest(
            licence: token.licence, application: purpose.application, authority: .holder, context: purpose.context,
            action: .present, fields: purpose.fields ?? token.fields, channel: purpose.channel,
            recipientKey: key.subjectPublicKeyInfo, agent: token.agent, region: purpose.region,
            presentation: token.reference(suite: genesis.suite))
        let scan = try await service.scan(
            ScanMessage(presentation: token.identifier.bytes, request: request.derBytes), caller: own)
        let reply = try await pace.run {
            try await service.confirmation(ScanQuestion(identifier: scan.scan), caller: own)
        }
        let proof = try HolderSignature(derBytes: reply.proof, limit: 256)
        let decision = try await client.uses.decide(request, proof: .signature(proof))
        guard decision.isAllowed else { return Scanned(decision: decision, content: nil) }
        let content = try await client.releases.fetch(
            decision.identifier, kind: .fields, key: key, from: service)
        return Scanned(decision: decision, content: content)
    }

    /// How often and how long a scanner asks for the holder's answer.
    public struct Pace: Sendable {
        private let pause: Duration
        private let patience: Duration
        private let clock: any Clock<Duration>

        public init(
            pause: Duration = .milliseconds(500), patience: Duration = .seconds(60),
            clock: any Clock<Duration> = .continuous
        ) {
            (self.pause, self.patience, self.clock) = (pause, patience, clock)
        }

        func run<Value: Sendable>(_ body: () async throws -> Value) async throws -> Value {
            try await run(on: clock, body)
        }

        private func run<Value: Sendable>(
            on clock: some Clock<Duration>, _ body: () async throws -> Value
        ) async throws -> Value {
            let deadline = clock.now.advanced(by: patience)
            while true {
                do {
                    return try await body()
                } catch let error as LicenceServiceError where error.code == .notConfirmedYet {
                    let next = clock.now.advanced(by: pause)
                    guard next <= deadline else { throw error }
                    try await clock.sleep(until: next, tolerance: nil)
                }
            }
        }
    }
}

extension ZhenglianClient {
    /// Scanning what holders show.
    public var presentations: Presentations { Presentations(client: self) }
}
