public import Identity
public import Licences

/// Who calls, once the door has established it: what every operation, log line, quota and record of idempotency sees.
public struct Principal: Sendable, Hashable {
    /// How the caller has shown who it is.
    public enum Kind: Sendable, Hashable {
        /// It has shown nothing.
        case anonymous
        /// A member, by its certificate.
        case member(MemberName)
        /// An application that its department has registered, by a token or by its certificate.
        case application(ApplicationName)
        /// A person whose role the department has registered, by a token of an identity platform. The subject is a
        /// keyed digest: neither name nor number.
        case person(subject: Digest, issuer: PlatformAddress)
        /// A local account, by its password.
        case account(Label)
    }

    public let kind: Kind
    /// Whose business it does; `nil` for nobody's.
    public let department: DepartmentName?
    public let entitlements: Set<Entitlement>
    /// How much it may ask; `nil` where the gateway's own default holds.
    public let quota: Quota?
    /// The application through which a person comes; `nil` for everybody else.
    public let application: ApplicationName?

    /// Makes a principal.
    public init(
        kind: Kind, department: DepartmentName?, entitlements: Set<Entitlement>, quota: Quota? = nil,
        application: ApplicationName? = nil
    ) {
        self.kind = kind
        self.department = department
        self.entitlements = entitlements
        self.quota = quota
        self.application = application
    }

    /// Whoever has shown nothing: it may verify.
    public static let anonymous = Principal(kind: .anonymous, department: nil, entitlements: [.verify])

    /// What names the caller in logs, quotas and records of idempotency: stable, of visible ASCII, at most 200 bytes,
    /// without personal data. Different callers never share one.
    public var identifier: String {
        let department = department?.rawValue ?? ""
        return switch kind {
        case .anonymous: "anonymous"
        case .member(let member): "member/\(member)"
        case .application(let name): "application/\(department)/\(name.text)"
        // The subject's digest covers the issuer.
        case .person(let subject, _): "person/\(department)/\(subject)"
        case .account(let name): "account/\(department)/\(name)"
        }
    }

    /// Whether the caller may do what `entitlement` names.
    public func may(_ entitlement: Entitlement) -> Bool { entitlements.contains(entitlement) }

    /// Passes a caller that is entitled.
    /// - Throws: ``AccessError`` with code `notEntitled`, or `notAuthenticated` where showing who it is would help.
    public func require(_ entitlement: Entitlement) throws(AccessError) {
        guard !may(entitlement) else { return }
        guard kind != .anonymous else {
            throw AccessError(
                .notAuthenticated,
                "this needs '\(entitlement.rawValue)': call with a certificate or a token of your identity platform")
        }
        throw AccessError(
            .notEntitled,
            "\(identifier) is not entitled to '\(entitlement.rawValue)': have your department's administrator grant it")
    }
}
