public import Formats
public import Identity
public import SwiftASN1

/// What departments decide about a contract: the arguments of `contracts.propose`. Its digest names the proposal, so
/// that nobody approves another unawares.
public struct ContractChange: DERSequence, Hashable {
    public enum Kind: Int64, Sendable, Codable, CaseIterable {
        /// The version is in force from the height on.
        case activation = 0
        /// What was decided for the height is not to be.
        case cancellation = 1
    }

    public let kind: Kind
    public let contract: String
    public let version: Int
    /// The first height under the version, or what would have been it.
    public let height: Height

    public init(_ kind: Kind, of contract: String, version: Int, at height: Height) {
        self.kind = kind
        self.contract = contract
        self.version = version
        self.height = height
    }

    public init(fields: inout ASN1NodeCollection.Iterator) throws {
        guard let kind = Kind(rawValue: try fields.enumerated()) else {
            throw FormatError(.outOfRange, "a change of a contract is an activation or a cancellation")
        }
        self.kind = kind
        contract = try fields.contractName()
        version = Int(try fields.integer(in: 1...Int64(Int32.max)))
        height = try fields.number()
    }

    public func serialize(fields: inout DER.Serializer) throws {
        try fields.serialize(enumerated: kind.rawValue)
        try fields.serialize(text: contract)
        try fields.serialize(version)
        try fields.serialize(height)
    }

    /// What an approval names.
    public func digest(suite: any CryptoSuite) -> Digest { suite.digest(of: derBytes) }
}

/// A proposal that waits for approvals: its entry, the event `proposed`, the answer to the query `proposal`.
public struct ContractProposal: DERSequence, Hashable {
    public let change: ContractChange
    public let proposer: MemberName
    /// The height at which it was proposed.
    public let height: Height
    /// The last height at which it can be decided.
    public let lastHeight: Height
    /// The departments that approve, in the order in which they did.
    public let approvals: [DepartmentName]

    public init(
        change: ContractChange, proposer: MemberName, height: Height, lastHeight: Height, approvals: [DepartmentName]
    ) {
        self.change = change
        self.proposer = proposer
        self.height = height
        self.lastHeight = lastHeight
        self.approvals = approvals
    }

    public init(fields: inout ASN1NodeCollection.Iterator) throws {
        change = try ContractChange(derEncoded: &fields)
        proposer = try fields.member()
        height = try fields.number()
        lastHeight = try fields.number()
        approvals = try fields.list(limit: GenesisDocument.maximumDepartmentCount) { try $0.label() }
    }

    public func serialize(fields: inout DER.Serializer) throws {
        try fields.serialize(change)
        try fields.serialize(proposer)
        try fields.serialize(height)
        try fields.serialize(lastHeight)
        try fields.serialize(list: approvals) { try $0.serialize(text: $1.rawValue) }
    }

    func approved(by department: DepartmentName) -> ContractProposal {
        ContractProposal(
            change: change, proposer: proposer, height: height, lastHeight: lastHeight,
            approvals: approvals + [department])
    }
}

/// Arguments of `contracts.approve`, `contracts.withdraw` and the query `proposal`; the event `withdrawn`.
public struct ContractProposalReference: DERSequence, Hashable {
    /// The digest of the change that is proposed.
    public let change: Digest

    public init(_ change: Digest) { self.change = change }

    public init(fields: inout ASN1NodeCollection.Iterator) throws { change = try fields.digest() }

    public func serialize(fields: inout DER.Serializer) throws { try fields.serialize(change) }
}

/// How a proposal stands: the result of `propose` and `approve`, the event `approved`.
public struct ContractProposalStanding: DERSequence, Hashable {
    public let change: Digest
    /// The departments that have approved and have a validator.
    public let approvals: [DepartmentName]
    /// How many departments have to.
    public let neededCount: Int

    public init(change: Digest, approvals: [DepartmentName], neededCount: Int) {
        self.change = change
        self.approvals = approvals
        self.neededCount = neededCount
    }

    /// Whether the change is decided with that.
    public var isDecided: Bool { approvals.count >= neededCount }

    public init(fields: inout ASN1NodeCollection.Iterator) throws {
        change = try fields.digest()
        approvals = try fields.list(limit: GenesisDocument.maximumDepartmentCount) { try $0.label() }
        neededCount = Int(try fields.integer(in: 1...Int64(GenesisDocument.maximumDepartmentCount)))
    }

    public func serialize(fields: inout DER.Serializer) throws {
        try fields.serialize(change)
        try fields.serialize(list: approvals) { try $0.serialize(text: $1.rawValue) }
        try fields.serialize(neededCount)
    }
}

/// One of the open proposals, as their list has it.
public struct OpenContractProposal: DERSequence, Hashable {
    public let change: Digest
    public let contract: String
    /// Whose proposal it is.
    public let department: DepartmentName
    /// The last height at which it can be decided.
    public let lastHeight: Height

    public init(change: Digest, contract: String, department: DepartmentName, lastHeight: Height) {
        self.change = change
        self.contract = contract
        self.department = department
        self.lastHeight = lastHeight
    }

    public init(fields: inout ASN1NodeCollection.Iterator) throws {
        change = try fields.digest()
        contract = try fields.contractName()
        department = try fields.label()
        lastHeight = try fields.number()
    }

    public func serialize(fields: inout DER.Serializer) throws {
        try fields.serialize(change)
        try fields.serialize(text: contract)
        try fields.serialize(text: department.rawValue)
        try fields.serialize(lastHeight)
    }
}

/// The open proposals in the order in which they were made: the entry `proposals`, and the answer to the query of that
/// name.
public struct OpenContractProposals: DERSequence, Hashable {
    /// The height of the last proposal that was made, and how many there were at it.
    public let lastHeight: Height
    public let countAtLastHeight: Int
    public let open: [OpenContractProposal]

    public init(lastHeight: Height, countAtLastHeight: Int, open: [OpenContractProposal]) {
        self.lastHeight = lastHeight
        self.countAtLastHeight = countAtLastHeight
        self.open = open
    }

    /// Before the first.
    public init() { self.init(lastHeight: .zero, countAtLastHeight: 0, open: []) }

    public init(fields: inout ASN1NodeCollection.Iterator) throws {
        lastHeight = try fields.number()
        countAtLastHeight = Int(try fields.integer(in: 0...Int64(OpenProposals.maximumCount)))
        open = try fields.list(limit: OpenProposals.maximumCount) { try OpenContractProposal(derEncoded: &$0) }
    }

    public func serialize(fields: inout DER.Serializer) throws {
        try fields.serialize(lastHeight)
        try fields.serialize(countAtLastHeight)
        try fields.serialize(list: open) { try $0.serialize($1) }
    }

    func replacing(_ open: [OpenContractProposal]) -> OpenContractProposals {
        OpenContractProposals(lastHeight: lastHeight, countAtLastHeight: countAtLastHeight, open: open)
    }
}

/// What was decided, when and by whom: an element of the list `decisions`, the events `planned` and `cancelled`.
public struct ContractDecision: DERSequence, Hashable {
    public let change: ContractChange
    /// The height of the decision.
    public let height: Height
    /// The departments that have approved, in the order in which they did.
    public let approvals: [DepartmentName]

    public init(change: ContractChange, height: Height, approvals: [DepartmentName]) {
        self.change = change
        self.height = height
        self.approvals = approvals
    }

    public init(fields: inout ASN1NodeCollection.Iterator) throws {
        change = try ContractChange(derEncoded: &fields)
        height = try fields.number()
        approvals = try fields.list(limit: GenesisDocument.maximumDepartmentCount) { try $0.label() }
    }

    public func serialize(fields: inout DER.Serializer) throws {
        try fields.serialize(change)
        try fields.serialize(height)
        try fields.serialize(list: approvals) { try $0.serialize(text: $1.rawValue) }
    }
}

/// Arguments of the query `contracts.history`.
public struct ContractHistoryArguments: DERSequence, Hashable {
    /// Position of the first decision, from 0.
    public let first: UInt64
    /// Most decisions; no page has more than ``ContractLifecycleContract/decisionsPerPage``.
    public let limit: Int

    /// - Precondition: `first` is below 2^63, `limit` from 0 on.
    public init(first: UInt64, limit: Int) {
        precondition(first <= UInt64(Int64.max) && limit >= 0, "a page begins below 2^63")
        self.first = first
        self.limit = limit
    }

    public init(fields: inout ASN1NodeCollection.Iterator) throws {
        first = UInt64(try fields.integer(in: 0...Int64.max))
        limit = Int(try fields.integer(in: 0...Int64(Int32.max)))
    }

    public func serialize(fields: inout DER.Serializer) throws {
        try fields.serialize(Int64(first))
        try fields.serialize(limit)
    }
}

/// A page of decisions: the answer to the query `contracts.history`.
public struct ContractHistoryPage: DERSequence, Hashable {
    /// How many there are in all.
    public let count: UInt64
    /// In the order in which they were taken.
    public let decisions: [ContractDecision]

    public init(count: UInt64, decisions: [ContractDecision]) {
        self.count = count
        self.decisions = decisions
    }

    public init(fields: inout ASN1NodeCollection.Iterator) throws {
        count = UInt64(try fields.integer(in: 0...Int64.max))
        decisions = try fields.list(limit: ContractLifecycleContract.decisionsPerPage) {
            try ContractDecision(derEncoded: &$0)
        }
    }

    public func serialize(fields: inout DER.Serializer) throws {
        try fields.serialize(Int64(count))
        try fields.serialize(list: decisions) { try $0.serialize($1) }
    }
}
