import Formats

/// The contracts of a ledger, by name: the built-in ones and those of the applications.
public struct Contracts: Sendable {
    private struct Entry: Sendable {
        let contract: any Contract
        let methods: [String: ContractMethod]
        let queries: [String: ContractQuery]
    }

    private let entries: [String: Entry]

    /// Registers the built-in contracts and `applications`.
    /// - Throws: ``LedgerError`` with code `wrongContract` where two contracts, or two methods or queries of one, share
    ///   a name, or a name is empty or longer than a call can spell.
    public init(_ applications: [any Contract] = []) throws(LedgerError) {
        var entries: [String: Entry] = [:]
        let builtIn: [any Contract] = [CertificatesContract(), MembershipContract(), MisconductContract()]
        for contract in builtIn + applications {
            try Self.check(contract.name, isFreeIn: entries, "contract")
            var methods: [String: ContractMethod] = [:]
            for method in contract.methods {
                try Self.check(method.name, isFreeIn: methods, "method of \(contract.name)")
                methods[method.name] = method
            }
            var queries: [String: ContractQuery] = [:]
            for query in contract.queries {
                try Self.check(query.name, isFreeIn: queries, "query of \(contract.name)")
                queries[query.name] = query
            }
            entries[contract.name] = Entry(contract: contract, methods: methods, queries: queries)
        }
        self.entries = entries
    }

    /// Every contract, in the order of names.
    public var all: [any Contract] {
        entries.values.map(\.contract).sorted { $0.name.utf8.lexicographicallyPrecedes($1.name.utf8) }
    }

    public subscript(name: String) -> (any Contract)? { entries[name]?.contract }

    /// A method, with its contract's name as the contract spells it: Swift compares strings by what they mean, and the
    /// name in a call may be written in other bytes.
    func method(
        _ name: String,
        of contract: String
    ) throws(ContractError) -> (contract: String, method: ContractMethod) {
        let entry = try entry(contract)
        guard let method = entry.methods[name] else {
            throw ContractError(.unknownMethod, "contract '\(entry.contract.name)' has no such method")
        }
        return (entry.contract.name, method)
    }

    func query(_ name: String, of contract: String) throws(ContractError) -> (contract: String, query: ContractQuery) {
        let entry = try entry(contract)
        guard let query = entry.queries[name] else {
            throw ContractError(.unknownMethod, "contract '\(entry.contract.name)' has no such query")
        }
        return (entry.contract.name, query)
    }

    private func entry(_ name: String) throws(ContractError) -> Entry {
        guard let entry = entries[name] else {
            throw ContractError(.unknownContract, "this ledger has no contract of that name")
        }
        return entry
    }

    private static func check<Value>(
        _ name: String,
        isFreeIn names: [String: Value],
        _ kind: String
    ) throws(LedgerError) {
        guard (1...Call.maximumNameByteCount).contains(name.utf8.count),
            name.utf8.allSatisfy({ (0x21...0x7e).contains($0) })
        else {
            throw LedgerError(.wrongContract, "'\(name)' cannot name a \(kind): a name has 1 to 64 ASCII characters")
        }
        guard names[name] == nil else {
            throw LedgerError(.wrongContract, "there are two of '\(name)' where one \(kind) may be")
        }
    }
}
