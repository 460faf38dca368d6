public import Formats
public import SwiftASN1

/// A version of a contract, and the first height that is executed with it.
public struct ContractActivation: DERSequence, Hashable {
    /// The versions that a contract can have.
    static let versions = 1...Int(Int32.max)

    /// From 1 on.
    public let version: Int
    /// The first height under the version; 0 where it is in force from the genesis on.
    public let height: Height

    public init(version: Int, height: Height) {
        self.version = version
        self.height = height
    }

    public init(fields: inout ASN1NodeCollection.Iterator) throws {
        version = Int(try fields.integer(in: 1...Int64(Int32.max)))
        height = try fields.number()
    }

    public func serialize(fields: inout DER.Serializer) throws {
        try fields.serialize(version)
        try fields.serialize(height)
    }

    /// Whether a text can name a contract: 1 to 64 printing ASCII characters.
    static func isName(_ text: String) -> Bool {
        (1...Call.maximumNameByteCount).contains(text.utf8.count)
            && text.utf8.allSatisfy { (0x21...0x7e).contains($0) }
    }
}

/// Where one contract stands: the version in force, and the one that is planned.
public struct ContractStanding: DERSequence, Hashable {
    public let contract: String
    /// `nil` for a contract that is new to the ledger.
    public let inForce: ContractActivation?
    /// What was decided last; in force itself as soon as its height is reached, without another entry.
    public let planned: ContractActivation?

    public init(contract: String, inForce: ContractActivation?, planned: ContractActivation?) {
        self.contract = contract
        self.inForce = inForce
        self.planned = planned
    }

    public init(fields: inout ASN1NodeCollection.Iterator) throws {
        contract = try fields.contractName()
        inForce = try DER.optionalExplicitlyTagged(&fields, tagNumber: 0, tagClass: .contextSpecific) {
            try ContractActivation(derEncoded: $0)
        }
        planned = try DER.optionalExplicitlyTagged(&fields, tagNumber: 1, tagClass: .contextSpecific) {
            try ContractActivation(derEncoded: $0)
        }
    }

    public func serialize(fields: inout DER.Serializer) throws {
        try fields.serialize(text: contract)
        for (tag, activation) in [inForce, planned].enumerated() {
            guard let activation else { continue }
            try fields.serialize(explicitlyTaggedWithTagNumber: UInt(tag), tagClass: .contextSpecific) {
                try $0.serialize(activation)
            }
        }
    }

    /// What executes the block at a height.
    public func activation(at height: Height) -> ContractActivation? {
        if let planned, planned.height <= height { return planned }
        return inForce
    }

    /// What is planned for a height above this one.
    public func upcoming(after height: Height) -> ContractActivation? {
        if let planned, planned.height > height { return planned }
        return nil
    }
}

/// The contracts about which something was decided, in the order of their names' bytes: the entry `versions` of the
/// contract `contracts`, and with all other contracts the answer to the query of that name.
public struct ContractVersions: DERSequence, Hashable {
    /// Most contracts: those that were decided about, and those from the genesis on.
    static let maximumCount = 2 * Contracts.maximumCount

    public let contracts: [ContractStanding]

    public init(_ contracts: [ContractStanding]) {
        self.contracts = contracts.sorted { $0.contract.utf8.lexicographicallyPrecedes($1.contract.utf8) }
    }

    public init(fields: inout ASN1NodeCollection.Iterator) throws {
        contracts = try fields.list(limit: Self.maximumCount) { try ContractStanding(derEncoded: &$0) }
        let isAscending = zip(contracts, contracts.dropFirst()).allSatisfy {
            $0.contract.utf8.lexicographicallyPrecedes($1.contract.utf8)
        }
        guard isAscending else { throw FormatError(.outOfRange, "contracts stand in the order of their names") }
    }

    public func serialize(fields: inout DER.Serializer) throws {
        try fields.serialize(list: contracts) { try $0.serialize($1) }
    }

    public subscript(contract: String) -> ContractStanding? { contracts.first { $0.contract == contract } }

    /// The same with another standing of one contract; `nil` to have none of it.
    func replacing(_ contract: String, by standing: ContractStanding?) -> ContractVersions {
        ContractVersions(contracts.filter { $0.contract != contract } + (standing.map { [$0] } ?? []))
    }

    /// What the state says; `nil` where nothing was ever decided.
    /// - Throws: ``LedgerError`` where the state cannot be read.
    init?(state: any StateReader) throws(LedgerError) {
        let address = StateAddress(
            contract: ContractLifecycleContract.name, key: ContractLifecycleKeys.versions)
        guard let bytes = try state.value(at: address) else { return nil }
        try self.init(entry: bytes)
    }

    /// - Parameter bytes: the value of the entry.
    /// - Throws: ``LedgerError`` with code `corrupted`.
    init(entry bytes: [UInt8]) throws(LedgerError) {
        do {
            try self.init(derBytes: bytes, limit: ExecutionLimits.valueBytes)
        } catch {
            throw LedgerError(
                .corrupted, "the entry of the contracts' versions cannot be read; restore a backup", cause: error)
        }
    }

    /// The versions after one more block.
    func advanced(by block: ExecutedBlock) throws(LedgerError) -> ContractVersions {
        let key = ContractLifecycleKeys.versions.bytes
        guard
            let change = block.changes.last(where: {
                $0.contract == ContractLifecycleContract.name && $0.key == key
            })
        else { return self }
        return try change.value.map { bytes throws(LedgerError) in try ContractVersions(entry: bytes) }
            ?? ContractVersions([])
    }
}

extension ASN1NodeCollection.Iterator {
    mutating func contractName() throws -> String {
        let name = try text(limit: Call.maximumNameByteCount)
        guard ContractActivation.isName(name) else {
            throw FormatError(.outOfRange, "a contract's name has 1 to 64 printing ASCII characters")
        }
        return name
    }
}
