public import Formats
public import Identity
public import SwiftASN1

/// Arguments of `membership.propose`.
public struct MembershipProposalArguments: DERSequence, Hashable {
    /// Most operations of one proposal.
    public static let maximumOperationCount = 32

    /// What changes, all of it at once; 1 to 32, each member in one of them at most.
    public let operations: [MembershipOperation]
    /// Blocks between the one that announces the change and the first one of the new epoch.
    public let notice: UInt64
    /// Whether the proposer knows that fewer than four validators tolerate no fault.
    public let acceptsNoFaultTolerance: Bool

    /// - Precondition: `notice` is below 2^63.
    public init(
        operations: [MembershipOperation],
        notice: UInt64 = ValidatorSchedule.minimumNotice,
        acceptsNoFaultTolerance: Bool = false
    ) {
        precondition(notice <= UInt64(Int64.max), "a notice is a number below 2^63")
        self.operations = operations
        self.notice = notice
        self.acceptsNoFaultTolerance = acceptsNoFaultTolerance
    }

    public init(fields: inout ASN1NodeCollection.Iterator) throws {
        operations = try fields.list(limit: Self.maximumOperationCount) { try MembershipOperation(derEncoded: &$0) }
        guard !operations.isEmpty else { throw FormatError(.outOfRange, "a proposal changes something") }
        notice = UInt64(try fields.integer(in: 0...Int64.max))
        acceptsNoFaultTolerance = try Bool(derEncoded: &fields)
    }

    public func serialize(fields: inout DER.Serializer) throws {
        try fields.serialize(list: operations) { try $0.serialize($1) }
        try fields.serialize(Int64(notice))
        try fields.serialize(acceptsNoFaultTolerance)
    }
}

/// A proposal that waits for approvals: its entry, the event `proposed`, the answer to the query `proposal`.
public struct MembershipProposal: DERSequence, Hashable {
    /// From 1 on, never given twice.
    public let number: UInt64
    public let proposer: MemberName
    /// The height at which it was proposed.
    public let height: Height
    /// The last height at which it can be approved.
    public let lastHeight: Height
    public let arguments: MembershipProposalArguments
    /// The departments that approve, in the order in which they did.
    public let approvals: [DepartmentName]

    public init(
        number: UInt64,
        proposer: MemberName,
        height: Height,
        lastHeight: Height,
        arguments: MembershipProposalArguments,
        approvals: [DepartmentName]
    ) {
        self.number = number
        self.proposer = proposer
        self.height = height
        self.lastHeight = lastHeight
        self.arguments = arguments
        self.approvals = approvals
    }

    public init(fields: inout ASN1NodeCollection.Iterator) throws {
        number = UInt64(try fields.integer(in: 1...Int64.max))
        proposer = try fields.member()
        height = try fields.number()
        lastHeight = try fields.number()
        arguments = try MembershipProposalArguments(derEncoded: &fields)
        approvals = try fields.list(limit: GenesisDocument.maximumDepartmentCount) { try $0.label() }
    }

    public func serialize(fields: inout DER.Serializer) throws {
        try fields.serialize(Int64(number))
        try fields.serialize(proposer)
        try fields.serialize(height)
        try fields.serialize(lastHeight)
        try fields.serialize(arguments)
        try fields.serialize(list: approvals) { try $0.serialize(text: $1.rawValue) }
    }

    func approved(by department: DepartmentName) -> MembershipProposal {
        MembershipProposal(
            number: number, proposer: proposer, height: height, lastHeight: lastHeight, arguments: arguments,
            approvals: approvals + [department])
    }
}

/// Arguments of `membership.approve`, `membership.withdraw` and the query `proposal`; the event `withdrawn`.
public struct ProposalReference: DERSequence, Hashable {
    public let number: UInt64

    /// - Precondition: `number` is below 2^63.
    public init(number: UInt64) {
        precondition(number <= UInt64(Int64.max), "a proposal's number is below 2^63")
        self.number = number
    }

    public init(fields: inout ASN1NodeCollection.Iterator) throws {
        number = UInt64(try fields.integer(in: 0...Int64.max))
    }

    public func serialize(fields: inout DER.Serializer) throws { try fields.serialize(Int64(number)) }
}

/// That an epoch will begin: the event `announced`.
public struct EpochAnnouncement: DERSequence, Hashable {
    /// The proposal that was decided.
    public let proposal: UInt64
    public let epoch: Epoch
    /// The first height of the new epoch.
    public let firstHeight: Height

    public init(proposal: UInt64, epoch: Epoch, firstHeight: Height) {
        self.proposal = proposal
        self.epoch = epoch
        self.firstHeight = firstHeight
    }

    public init(fields: inout ASN1NodeCollection.Iterator) throws {
        proposal = UInt64(try fields.integer(in: 1...Int64.max))
        epoch = try fields.number()
        firstHeight = try fields.number()
    }

    public func serialize(fields: inout DER.Serializer) throws {
        try fields.serialize(Int64(proposal))
        try fields.serialize(epoch)
        try fields.serialize(firstHeight)
    }
}

/// How a proposal stands: the result of `propose` and `approve`, the event `approved`.
public struct ProposalStanding: DERSequence, Hashable {
    public let number: UInt64
    /// The departments that have approved and have a validator.
    public let approvals: [DepartmentName]
    /// How many departments have to.
    public let neededCount: Int
    /// There as soon as the proposal is decided.
    public let announcement: EpochAnnouncement?

    public init(number: UInt64, approvals: [DepartmentName], neededCount: Int, announcement: EpochAnnouncement?) {
        self.number = number
        self.approvals = approvals
        self.neededCount = neededCount
        self.announcement = announcement
    }

    public init(fields: inout ASN1NodeCollection.Iterator) throws {
        number = UInt64(try fields.integer(in: 1...Int64.max))
        approvals = try fields.list(limit: GenesisDocument.maximumDepartmentCount) { try $0.label() }
        neededCount = Int(try fields.integer(in: 1...Int64(GenesisDocument.maximumDepartmentCount)))
        var rest = fields
        announcement = rest.next() == nil ? nil : try EpochAnnouncement(derEncoded: &fields)
    }

    public func serialize(fields: inout DER.Serializer) throws {
        try fields.serialize(Int64(number))
        try fields.serialize(list: approvals) { try $0.serialize(text: $1.rawValue) }
        try fields.serialize(neededCount)
        if let announcement { try fields.serialize(announcement) }
    }
}

/// The open proposals by number: the entry `proposals`, and the answer to the query of that name.
public struct OpenProposals: DERSequence, Hashable {
    /// Most proposals that are open at a time.
    public static let maximumCount = 64

    /// How many there have been.
    public let lastNumber: UInt64
    /// The height of the last one, and how many there were at it.
    public let lastHeight: Height
    public let countAtLastHeight: Int
    /// The numbers of those that are open, ascending.
    public let open: [UInt64]

    public init(lastNumber: UInt64, lastHeight: Height, countAtLastHeight: Int, open: [UInt64]) {
        self.lastNumber = lastNumber
        self.lastHeight = lastHeight
        self.countAtLastHeight = countAtLastHeight
        self.open = open
    }

    /// Before the first.
    public init() { self.init(lastNumber: 0, lastHeight: .zero, countAtLastHeight: 0, open: []) }

    public init(fields: inout ASN1NodeCollection.Iterator) throws {
        lastNumber = UInt64(try fields.integer(in: 0...Int64.max))
        lastHeight = try fields.number()
        countAtLastHeight = Int(try fields.integer(in: 0...Int64(Self.maximumCount)))
        open = try fields.list(limit: Self.maximumCount) { UInt64(try $0.integer(in: 1...Int64.max)) }
    }

    public func serialize(fields: inout DER.Serializer) throws {
        try fields.serialize(Int64(lastNumber))
        try fields.serialize(lastHeight)
        try fields.serialize(countAtLastHeight)
        try fields.serialize(list: open) { try $0.serialize(Int64($1)) }
    }

    func closing(_ number: UInt64) -> OpenProposals {
        OpenProposals(
            lastNumber: lastNumber, lastHeight: lastHeight, countAtLastHeight: countAtLastHeight,
            open: open.filter { $0 != number })
    }
}

/// Arguments of the query `membership.epoch`.
public struct EpochArguments: DERSequence, Hashable {
    public let epoch: Epoch

    public init(epoch: Epoch) { self.epoch = epoch }

    public init(fields: inout ASN1NodeCollection.Iterator) throws { epoch = try fields.number() }

    public func serialize(fields: inout DER.Serializer) throws { try fields.serialize(epoch) }
}

/// An epoch with all its members: the answer to the query `membership.epoch`.
public struct EpochAnswer: DERSequence, Hashable {
    public let validators: EpochValidators
    public let members: EpochMembers

    public init(validators: EpochValidators, members: EpochMembers) {
        self.validators = validators
        self.members = members
    }

    public init(fields: inout ASN1NodeCollection.Iterator) throws {
        validators = try EpochValidators(derEncoded: &fields)
        members = try EpochMembers(derEncoded: &fields)
    }

    public func serialize(fields: inout DER.Serializer) throws {
        try fields.serialize(validators)
        try fields.serialize(members)
    }
}
