public import Formats

/// The contracts that this program has, by name and version: the built-in ones and those of the applications.
///
/// Which version of a contract is in force is a matter of the height: the one from the genesis on, until the
/// departments have decided on another (``ContractLifecycleContract``).
public struct Contracts: Sendable {
    /// Most contracts of one ledger.
    static let maximumCount = 128

    /// By name and version.
    private let entries: [String: [Int: ContractEntry]]
    /// What is in force where nothing was decided.
    private let initial: [String: ContractEntry]

    /// Registers the built-in contracts and `applications`, of which several may be versions of one contract.
    /// - Throws: ``LedgerError`` with code `wrongContract` where two contracts share name and version, two versions of
    ///   one claim to be there from the genesis on, two methods or queries of one share a name, or a name or version is
    ///   out of its range.
    public init(_ applications: [any Contract] = []) throws(LedgerError) {
        var entries: [String: [Int: ContractEntry]] = [:]
        var initial: [String: ContractEntry] = [:]
        func add(_ contract: any Contract) throws(LedgerError) {
            let entry = try ContractEntry(contract)
            guard entries[contract.name, default: [:]].updateValue(entry, forKey: contract.version) == nil else {
                throw LedgerError(
                    .wrongContract, "there are two of version \(contract.version) of the contract '\(contract.name)'")
            }
            guard contract.introduction == .genesis else { return }
            if let other = initial.updateValue(entry, forKey: contract.name) {
                throw LedgerError(
                    .wrongContract,
                    """
                    versions \(other.contract.version) and \(contract.version) of the contract '\(contract.name)' both \
                    claim to be there from the genesis on: the later one is introduced by decision
                    """)
            }
        }
        let builtIn: [any Contract] = [CertificatesContract(), MembershipContract(), MisconductContract()]
        for contract in builtIn + applications { try add(contract) }
        var versions = initial.mapValues(\.contract.version)
        versions[ContractLifecycleContract.name] = ContractLifecycleContract.version
        try add(ContractLifecycleContract(initial: versions))
        guard entries.count <= Self.maximumCount else {
            throw LedgerError(.wrongContract, "\(entries.count) contracts: a ledger has at most \(Self.maximumCount)")
        }
        self.entries = entries
        self.initial = initial
    }

    /// Every version of every contract, in the order of names and versions.
    public var all: [any Contract] {
        entries.values.flatMap { $0.values.map(\.contract) }.sorted { left, right in
            left.name == right.name
                ? left.version < right.version : left.name.utf8.lexicographicallyPrecedes(right.name.utf8)
        }
    }

    /// Whether this program has a version of a contract.
    public func contains(_ contract: String, version: Int) -> Bool { entries[contract]?[version] != nil }

    /// What this program lacks of what has been decided, and from which heights on it does, in the order of names.
    /// - Parameters:
    ///   - versions: what the state says.
    ///   - head: the last executed height.
    public func missing(from versions: ContractVersions, after head: Height) -> [MissingContractVersion] {
        versions.contracts.flatMap { standing in
            [standing.activation(at: head.next), standing.upcoming(after: head.next)].compactMap { activation in
                guard let activation, !contains(standing.contract, version: activation.version) else { return nil }
                return MissingContractVersion(
                    contract: standing.contract, version: activation.version,
                    height: max(activation.height, head.next))
            }
        }
    }

    /// The contracts that execute the block at a height, or answer queries as of it.
    /// - Parameter versions: what was decided before that block; `nil` where nothing ever was.
    /// - Throws: ``LedgerError`` with code `contractVersionMissing` where this program lacks one.
    func active(at height: Height, _ versions: ContractVersions?) throws(LedgerError) -> ActiveContracts {
        guard let versions else { return ActiveContracts(entries: initial) }
        var active = initial
        for standing in versions.contracts {
            guard let activation = standing.activation(at: height) else { continue }
            guard let entry = entries[standing.contract]?[activation.version] else {
                throw LedgerError(
                    MissingContractVersion(
                        contract: standing.contract, version: activation.version, height: height))
            }
            active[standing.contract] = entry
        }
        return ActiveContracts(entries: active)
    }
}

/// The one version of each contract that is in force at a height.
struct ActiveContracts: Sendable {
    fileprivate let entries: [String: ContractEntry]

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

    private func entry(_ name: String) throws(ContractError) -> ContractEntry {
        guard let entry = entries[name] else {
            throw ContractError(.unknownContract, "this ledger has no contract of that name")
        }
        return entry
    }
}

/// One version of a contract, with its methods and queries by their names.
private struct ContractEntry: Sendable {
    let contract: any Contract
    let methods: [String: ContractMethod]
    let queries: [String: ContractQuery]

    init(_ contract: any Contract) throws(LedgerError) {
        try Self.check(contract.name, "contract")
        guard ContractActivation.versions.contains(contract.version) else {
            throw LedgerError(
                .wrongContract, "\(contract.version) is no version of '\(contract.name)': they are 1 or more")
        }
        var methods: [String: ContractMethod] = [:]
        for method in contract.methods {
            try Self.check(method.name, "method of \(contract.name)")
            guard methods.updateValue(method, forKey: method.name) == nil else {
                throw Self.twice(method.name, "method of \(contract.name)")
            }
        }
        var queries: [String: ContractQuery] = [:]
        for query in contract.queries {
            try Self.check(query.name, "query of \(contract.name)")
            guard queries.updateValue(query, forKey: query.name) == nil else {
                throw Self.twice(query.name, "query of \(contract.name)")
            }
        }
        (self.contract, self.methods, self.queries) = (contract, methods, queries)
    }

    private static func check(_ name: String, _ kind: String) throws(LedgerError) {
        guard ContractActivation.isName(name) else {
            throw LedgerError(.wrongContract, "'\(name)' cannot name a \(kind): a name has 1 to 64 ASCII characters")
        }
    }

    private static func twice(_ name: String, _ kind: String) -> LedgerError {
        LedgerError(.wrongContract, "there are two of '\(name)' where one \(kind) may be")
    }
}

/// A version of a contract that this program lacks and that blocks from a height on are executed with.
public struct MissingContractVersion: Sendable, Hashable, Codable {
    public let contract: String
    public let version: Int
    /// The first height that this program cannot execute.
    public let height: Height

    public init(contract: String, version: Int, height: Height) {
        self.contract = contract
        self.version = version
        self.height = height
    }
}

extension LedgerError {
    /// Why no block from that height on can be executed, and what to do.
    init(_ missing: MissingContractVersion) {
        self.init(
            .contractVersionMissing,
            """
            height \(missing.height) is executed with version \(missing.version) of the contract \
            '\(missing.contract)', as the departments have decided, and this program does not have it: nothing from \
            there on is executed. The ledger is whole up to the height before. Update the program, and start the node \
            again: it goes on by itself
            """
        )
    }
}
