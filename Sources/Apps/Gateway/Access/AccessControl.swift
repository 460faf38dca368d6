import Formats
public import Identity
import Licences
public import Nodes

/// The door: says who calls, by what the caller shows.
///
/// What is registered on the ledger is read for every call, from the node's own ledger: a suspended application is out
/// with the block that says so.
public struct AccessControl: Sendable {
    /// Whose node it is: its applications, people and platforms count.
    public let department: DepartmentName
    private let applications: ApplicationsClient
    private let certificates: CertificateAuthenticator
    private let tokens: TokenVerifier
    private let salt: SubjectSalt?
    private let clock: any WallClock

    /// - Parameters:
    ///   - department: whose node it is.
    ///   - applications: reads the node's ledger.
    ///   - certificates: authenticates members.
    ///   - tokens: checks tokens of the department's platforms.
    ///   - salt: what the department blinds subjects with; without it no person comes in by a token.
    ///   - clock: the time.
    public init(
        department: DepartmentName, applications: ApplicationsClient, certificates: CertificateAuthenticator,
        tokens: TokenVerifier, salt: SubjectSalt?, clock: any WallClock
    ) {
        self.department = department
        self.applications = applications
        self.certificates = certificates
        self.tokens = tokens
        self.salt = salt
        self.clock = clock
    }

    /// Who calls with a certificate.
    ///
    /// Where an application of the department has registered this member, it is that application that calls, with its
    /// own entitlements as far as the role has them too. When that application has ended, or shows the certificate no
    /// more, nobody calls with it until another application is registered with it. Otherwise the role alone says what
    /// the member may do.
    /// - Parameter certificate: DER of the certificate that TLS has authenticated.
    /// - Throws: ``AccessError``.
    public func principal(certificate der: [UInt8]) async throws(AccessError) -> Principal {
        let member = try certificates.authenticate(der, at: clock.now).member
        let entitlements = RoleEntitlements.entitlements(of: member, at: department)
        if member.department == department, member.role == .client {
            let registered = try await found { try await applications.application(of: member) }
            if let registered {
                guard registered.declaration.member == member else {
                    throw AccessError(
                        .applicationUnknown,
                        "\(registered.declaration.name) shows this certificate no more: register it for another one")
                }
                try check(registered)
                return principal(of: registered, entitlements: entitlements)
            }
        }
        return Principal(kind: .member(member), department: member.department, entitlements: entitlements)
    }

    /// Who calls with a token.
    ///
    /// The client that the token was issued to has to be an application of the department. A token whose subject is its
    /// client (RFC 9068, section 2.2) is the application's own. Any other is a person's: its role has to be registered,
    /// and it may do what both the person and the application may.
    /// - Throws: ``AccessError``.
    public func principal(token: String) async throws(AccessError) -> Principal {
        let verified = try await tokens.verify(token)
        let application = try await application(
            ofClient: ApplicationClient(issuer: verified.issuer, identifier: verified.client))
        guard verified.subject != verified.client else {
            return principal(of: application, entitlements: Set(Entitlement.allCases))
        }
        return try await person(verified, through: application)
    }

    /// Who has logged in by the pages of an identity platform: never more than by a token of the same platform that was
    /// issued to the same client.
    /// - Parameters:
    ///   - text: the identity token that the platform has handed the node.
    ///   - expectation: what it has to be.
    /// - Throws: ``AccessError``.
    func person(
        identityToken text: String, for expectation: IdentityTokenExpectation
    ) async throws(AccessError) -> Principal {
        let verified = try await tokens.verify(identityToken: text, for: expectation)
        return try await person(verified, through: try await application(ofClient: expectation.client))
    }

    /// The application that a client is, of a platform that the department trusts.
    /// - Throws: ``AccessError`` with code `unknownIssuer`, `applicationUnknown`, `applicationSuspended`,
    ///   `applicationExpired` or `ledgerUnavailable`.
    func application(of client: ApplicationClient) async throws(AccessError) -> ApplicationName {
        try await tokens.checkTrust(in: client.issuer)
        return try await application(ofClient: client).declaration.name
    }

    private func application(ofClient client: ApplicationClient) async throws(AccessError) -> ApplicationRecord {
        let known = try await found { try await applications.application(of: client, in: department) }
        guard let application = known else {
            throw AccessError(
                .applicationUnknown,
                "the token's client is no application of \(department): have its administrator register it")
        }
        try check(application)
        return application
    }

    /// A caller whom a session has kept, as the ledger has it now: with no more than it had, or not at all.
    ///
    /// Certificates and passwords are not looked at again: a connection and a session end with them.
    /// - Throws: ``AccessError`` where the application or the person may call no more.
    public func current(_ principal: Principal) async throws(AccessError) -> Principal {
        switch principal.kind {
        case .anonymous, .member, .account:
            return principal
        case .application(let name):
            let application = try await application(name)
            return Self.kept(principal, by: application, within: application.declaration.entitlements)
        case .person(let subject, let issuer):
            try await tokens.checkTrust(in: issuer)
            guard let name = principal.application else { throw unknownPerson }
            let application = try await application(name)
            let person = try await person(subject, at: issuer)
            let allowed = Set(person.entitlements).intersection(application.declaration.entitlements)
            return Self.kept(principal, by: application, within: allowed.sorted())
        }
    }

    private static func kept(
        _ principal: Principal, by application: ApplicationRecord, within allowed: [Entitlement]
    ) -> Principal {
        Principal(
            kind: principal.kind, department: principal.department,
            entitlements: principal.entitlements.intersection(allowed).union([.verify]),
            quota: application.declaration.quota, application: principal.application)
    }

    private func application(_ name: ApplicationName) async throws(AccessError) -> ApplicationRecord {
        let reference = ApplicationReference(department: department, name: name)
        guard let application = try await found({ try await applications.application(reference) }) else {
            throw AccessError(.applicationUnknown, "\(department) has no application \(name) any more")
        }
        try check(application)
        return application
    }

    private func person(
        _ token: VerifiedToken, through application: ApplicationRecord
    ) async throws(AccessError) -> Principal {
        guard let salt else { throw unknownPerson }
        let subject = salt.digest(of: token.subject, at: token.issuer, for: department)
        let person = try await person(subject, at: token.issuer)
        return Principal(
            kind: .person(subject: subject, issuer: token.issuer), department: department,
            entitlements: Set(person.entitlements)
                .intersection(application.declaration.entitlements).union([.verify]),
            quota: application.declaration.quota, application: application.declaration.name)
    }

    /// What the department says of a person, today.
    private func person(
        _ subject: Digest, at issuer: PlatformAddress
    ) async throws(AccessError) -> PersonDeclaration {
        let reference = PersonReference(department: department, issuer: issuer, subject: subject)
        guard let person = try await found({ try await applications.person(reference) }), person.endedAt == nil,
            CalendarDate(beijing: clock.now) <= person.declaration.lastDay
        else { throw unknownPerson }
        return person.declaration
    }

    private var unknownPerson: AccessError {
        AccessError(
            .personUnknown, "\(department) has registered no role for this person: have its administrator do so")
    }

    private func principal(of application: ApplicationRecord, entitlements: Set<Entitlement>) -> Principal {
        Principal(
            kind: .application(application.declaration.name), department: application.department,
            entitlements: entitlements.intersection(application.declaration.entitlements).union([.verify]),
            quota: application.declaration.quota)
    }

    private func check(_ application: ApplicationRecord) throws(AccessError) {
        let name = application.declaration.name
        switch application.status {
        case .active: break
        case .suspended:
            throw AccessError(
                .applicationSuspended, "\(name) is suspended: ask the administrator of \(application.department)")
        case .ended:
            throw AccessError(.applicationUnknown, "\(name) has ended: register another application")
        }
        guard CalendarDate(beijing: clock.now) <= application.declaration.lastDay else {
            throw AccessError(
                .applicationExpired,
                "\(name) was registered up to \(application.declaration.lastDay): have its administrator change that")
        }
    }

    /// What the ledger has; `nil` where it has none.
    private func found<Record>(_ ask: () async throws -> Record) async throws(AccessError) -> Record? {
        do {
            return try await ask()
        } catch let error as NodeError where error.code == .notFound {
            return nil
        } catch {
            throw AccessError(.ledgerUnavailable, "the ledger cannot be asked: try again", cause: error)
        }
    }
}
