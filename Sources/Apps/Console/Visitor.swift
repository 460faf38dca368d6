public import Hummingbird
public import Identity

/// Who looks, as the gateway has found out: by a certificate, the identity platform, or an account.
public struct Visitor: Sendable, Hashable {
    /// The name that is shown; `nil` for whoever has not logged in.
    public let name: String?
    public let department: DepartmentName?
    /// What the visitor may do, by the gateway's names, such as `ledger:read`.
    public let entitlements: Set<String>
    /// What a form of this session carries; `nil` where there is no session.
    public let formToken: String?
    /// What names the session to the gateway, and is shown to nobody; `nil` where there is none.
    public let session: String?
    /// Where the visitor comes from, for limits by address and never for trust; `nil` where that is not known.
    public let address: String?

    public init(
        name: String? = nil, department: DepartmentName? = nil, entitlements: Set<String> = [],
        formToken: String? = nil, session: String? = nil, address: String? = nil
    ) {
        (self.name, self.department, self.entitlements) = (name, department, entitlements)
        (self.formToken, self.session, self.address) = (formToken, session, address)
    }

    func may(_ entitlement: ConsoleEntitlement?) -> Bool {
        entitlement.map { entitlements.contains($0.rawValue) } ?? true
    }
}

/// A request on whose way the gateway has found out who asks.
public protocol ConsoleRequestContext: RequestContext {
    var visitor: Visitor { get }
}

/// What the parts of the console ask for, by the gateway's names.
public enum ConsoleEntitlement: String, Sendable, CaseIterable {
    /// Blocks, transactions, contracts and members, and the dashboard.
    case readLedger = "ledger:read"
    /// What was done with licences.
    case readTraces = "traces:read"
    /// Cases of one-things and inboxes.
    case readCases = "cases:read"
    /// How the node is.
    case readOperations = "operations:read"
}
