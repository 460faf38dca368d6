/// What a caller may do over HTTP, one word for each kind of work: what an operation asks for, what an application is
/// registered with, what a role of a certificate brings along.
///
/// The words stand on the ledger and in files of accounts, so none is ever given another meaning.
public enum Entitlement: String, Sendable, Hashable, Codable, CaseIterable {
    /// Check receipts and licences that are handed in: open to everybody.
    case verify
    /// Heights, blocks, transactions, outcomes, contracts, proofs.
    case readLedger = "ledger:read"
    /// Licences in the catalogue.
    case readLicences = "licences:read"
    /// Issue, change and take down licences of the own department.
    case writeLicences = "licences:write"
    /// Grants, bases, entitlements and requests about licences.
    case readAuthorisations = "authorisations:read"
    /// Write them, and end them.
    case writeAuthorisations = "authorisations:write"
    /// Decisions on uses.
    case readUses = "uses:read"
    /// Ask to use a licence.
    case writeUses = "uses:write"
    /// Traces of uses, by licence, holder or department.
    case readTraces = "traces:read"
    /// Cases of one-things.
    case readCases = "cases:read"
    /// The own department's part in cases.
    case writeCases = "cases:write"
    /// Members, epochs, proposals.
    case readConsortium = "consortium:read"
    /// Hand in transactions that the caller has signed itself.
    case submitTransactions = "transactions:submit"
    /// Follow the stream of events.
    case readEvents = "events:read"
    /// Have events sent to an address.
    case writeWebhooks = "webhooks:write"
    /// Health, queues, forecasts and lock-outs of the department's nodes.
    case readOperations = "operations:read"
    /// Applications, people, platforms and accounts of the department.
    case administerGateway = "gateway:administer"
}

extension Entitlement: Comparable {
    /// By the bytes of the words, so that a set has one order everywhere.
    public static func < (left: Entitlement, right: Entitlement) -> Bool {
        left.rawValue.utf8.lexicographicallyPrecedes(right.rawValue.utf8)
    }
}
