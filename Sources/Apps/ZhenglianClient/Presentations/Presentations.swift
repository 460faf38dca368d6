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
        let key = client.genesis.suite.recipientCipher.generateKey()
        let request = try await request(code, for: purpose, recipientKey: key.subjectPublicKeyInfo, at: time)
        let scan = try await ask(request, of: code, through: service)
        let decision = try await decision(on: request, scan: scan, through: service, pace: pace)
        guard decision.isAllowed else { return Scanned(decision: decision, content: nil) }
        let content = try await client.releases.fetch(
            decision.identifier, kind: .fields, key: key, from: service)
        return Scanned(decision: decision, content: content)
    }

    /// Checks a code, also against what the ledger has of revocations, and makes of it what the ledger is to be asked.
    /// - Parameters:
    ///   - code: as it was read.
    ///   - purpose: who asks and what for, which the holder sees.
    ///   - recipientKey: DER SubjectPublicKeyInfo of the key that the release is to be encrypted to.
    ///   - time: this machine's clock, for the code.
    /// - Throws: `PresentationFault` where the code does not hold; what asking for revocations throws.
    public func request(
        _ code: PresentationCode, for purpose: Purpose, recipientKey: [UInt8], at time: Timestamp
    ) async throws -> UseRequest {
        try await check(code, scanner: client.identity.member.department, at: time)
        let token = code.token
        return UseRequest(
            licence: token.licence, application: purpose.application, authority: .holder, context: purpose.context,
            action: .present, fields: purpose.fields ?? token.fields, channel: purpose.channel,
            recipientKey: recipientKey, agent: token.agent, region: purpose.region,
            presentation: token.reference(suite: client.genesis.suite))
    }

    /// Checks all that can be checked of a code, and asks the ledger whether the node that signed it was revoked.
    /// - Parameters:
    ///   - code: as it was read.
    ///   - scanner: the department that scans; `nil` where nobody says who.
    ///   - time: this machine's clock.
    /// - Throws: `PresentationFault` where the code does not hold; what asking for revocations throws.
    public func check(_ code: PresentationCode, scanner: DepartmentName?, at time: Timestamp) async throws {
        // Offline first: what is no code of this consortium makes nobody ask a node anything.
        try code.check(against: client.genesis, scanner: scanner, at: time)
        let revocations = try await client.ledger.revocations(of: code.token.owner)
        try code.check(against: client.genesis, scanner: scanner, at: time, revocations: revocations)
    }

    /// Names the scanner and what it asks for to the owner's node, which shows both to the holder.
    /// - Returns: the number of the scan.
    /// - Throws: ``LicenceServiceError``.
    public func ask(
        _ request: UseRequest, of code: PresentationCode, through service: any LicenceService
    ) async throws -> [UInt8] {
        try await service.scan(
            ScanMessage(presentation: code.token.identifier.bytes, request: request.derBytes),
            caller: client.identity.member
        ).scan
    }

    /// Waits for the holder's answer, and asks the ledger with it.
    /// - Parameters:
    ///   - request: what the holder was asked.
    ///   - scan: the number of the scan.
    ///   - service: the owner's node.
    ///   - pace: how often the node is asked for the holder's answer, and how long.
    /// - Throws: ``LicenceServiceError``, with code `notConfirmedYet` where the holder has not answered in that time
    ///   and `declined` where the holder does not agree; what submitting throws.
    public func decision(
        on request: UseRequest, scan: [UInt8], through service: any LicenceService, pace: Pace = Pace()
    ) async throws -> Decision {
        let reply = try await pace.run {
            try await service.confirmation(ScanQuestion(identifier: scan), caller: client.identity.member)
        }
        let proof = try HolderSignature(derBytes: reply.proof, limit: 256)
        return try await client.uses.decide(request, proof: .signature(proof))
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
