public import Formats
public import Identity
import Ledger
public import Nodes
public import ZhenglianClient

/// Who may call a department's nodes over HTTP, as the ledger has it.
///
/// What writes throws `TransactionRejected` with the contract's code, and otherwise as `Submitter.submit(_:key:)`; what
/// reads throws `NodeError`, with code `notFound` where there is no such record, or the transport's error.
public struct ApplicationsClient: Sendable {
    private let ledger: any LedgerClient
    private let submitter: Submitter?

    /// A client that only reads.
    public init(reading ledger: any LedgerClient) {
        self.ledger = ledger
        submitter = nil
    }

    init(_ client: ZhenglianClient) {
        ledger = client.ledger
        submitter = client.submitter
    }

    /// Registers an application of the caller's department, as its administrator.
    @discardableResult
    public func register(_ application: ApplicationDeclaration) async throws -> Outcome {
        try await write(ApplicationsContract.Method.registerApplication, application)
    }

    /// Says something else of an application; what is not said again holds no more.
    @discardableResult
    public func change(_ application: ApplicationDeclaration) async throws -> Outcome {
        try await write(ApplicationsContract.Method.changeApplication, application)
    }

    /// Keeps an application from calling until it is resumed.
    @discardableResult
    public func suspend(_ application: ApplicationReference) async throws -> Outcome {
        try await write(ApplicationsContract.Method.suspendApplication, application)
    }

    /// Lets a suspended application call again.
    @discardableResult
    public func resume(_ application: ApplicationReference) async throws -> Outcome {
        try await write(ApplicationsContract.Method.resumeApplication, application)
    }

    /// Ends an application for ever.
    @discardableResult
    public func end(_ application: ApplicationReference) async throws -> Outcome {
        try await write(ApplicationsContract.Method.endApplication, application)
    }

    /// Registers a person's role, or another one in its place.
    @discardableResult
    public func register(_ person: PersonDeclaration) async throws -> Outcome {
        try await write(ApplicationsContract.Method.registerPerson, person)
    }

    /// Takes a person's role away.
    @discardableResult
    public func end(_ person: PersonReference) async throws -> Outcome {
        try await write(ApplicationsContract.Method.endPerson, person)
    }

    /// Trusts an identity platform, or says something else of one.
    @discardableResult
    public func register(_ platform: PlatformDeclaration) async throws -> Outcome {
        try await write(ApplicationsContract.Method.registerPlatform, platform)
    }

    /// Trusts an identity platform no more.
    @discardableResult
    public func end(_ platform: PlatformReference) async throws -> Outcome {
        try await write(ApplicationsContract.Method.endPlatform, platform)
    }

    /// The record of an application.
    public func application(_ reference: ApplicationReference) async throws -> ApplicationRecord {
        try await ask(ApplicationsContract.Query.application, reference)
    }

    /// The record of the application that shows itself to a department as this client of an identity platform.
    public func application(
        of client: ApplicationClient, in department: DepartmentName
    ) async throws -> ApplicationRecord {
        try await ask(
            ApplicationsContract.Query.applicationOfClient,
            ApplicationOfClient(department: department, client: client))
    }

    /// The record of the application that shows this member's certificate, or has shown it last.
    public func application(of member: MemberName) async throws -> ApplicationRecord {
        try await ask(ApplicationsContract.Query.applicationOfMember, ApplicationOfMember(member))
    }

    /// The record of a person's role.
    public func person(_ reference: PersonReference) async throws -> PersonRecord {
        try await ask(ApplicationsContract.Query.person, reference)
    }

    /// The record of an identity platform.
    public func platform(_ reference: PlatformReference) async throws -> PlatformRecord {
        try await ask(ApplicationsContract.Query.platform, reference)
    }

    /// A page of a department's applications.
    public func applications(_ page: DepartmentPage) async throws -> RecordPage<ApplicationRecord> {
        try await ask(ApplicationsContract.Query.applications, page)
    }

    /// A page of a department's people.
    public func people(_ page: DepartmentPage) async throws -> RecordPage<PersonRecord> {
        try await ask(ApplicationsContract.Query.people, page)
    }

    /// A page of a department's identity platforms.
    public func platforms(_ page: DepartmentPage) async throws -> RecordPage<PlatformRecord> {
        try await ask(ApplicationsContract.Query.platforms, page)
    }

    /// What has become of the request that `key` names, in a department.
    public func claim(_ key: RequestKey, of department: DepartmentName) async throws -> ClaimRecord {
        try await ask(
            ApplicationsContract.Query.claimed, ClaimQuestion(department: department, key: key.digest))
    }

    private func write(_ method: String, _ arguments: some DERSequence) async throws -> Outcome {
        guard let submitter else {
            throw AccessError(.notAuthenticated, "this client only reads: make one with an identity")
        }
        return try await submitter.submit([
            Call(contract: ApplicationsContract.contractName, method: method, arguments: arguments.derBytes)
        ])
    }

    private func ask<Result: DERSequence>(_ name: String, _ arguments: some DERSequence) async throws -> Result {
        try await ledger.query(
            contract: ApplicationsContract.contractName, name: name, arguments: arguments, as: Result.self
        ).result
    }
}

extension ZhenglianClient {
    /// Who may call over HTTP (应用接入).
    public var applications: ApplicationsClient { ApplicationsClient(self) }
}
