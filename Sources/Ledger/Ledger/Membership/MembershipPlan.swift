import Formats
import Identity

/// The members of an epoch under a change: pure rules, without state.
struct MembershipPlan {
    /// How much longer the certificate of every validator has to be valid: the set is authenticated again as of the
    /// header that proves the change, which comes some blocks after the announcement.
    static let remainingValidity = Duration.seconds(7 * 86_400)

    struct Node {
        let certificate: MemberCertificate
        let endpoint: NodeEndpoint

        var member: MemberName { certificate.member }
    }

    private(set) var validators: [Node]
    private(set) var observers: [Node]
    private let before: [Node]
    private let genesis: Genesis
    private let time: Timestamp
    private var touched: Set<MemberName> = []
    /// The certificates that the change brings.
    private(set) var introduced: [MemberCertificate] = []

    /// - Parameters:
    ///   - validators: the statement of the latest epoch.
    ///   - members: what belongs to it.
    ///   - time: the block's.
    init(
        _ validators: EpochValidators,
        _ members: EpochMembers,
        at time: Timestamp,
        genesis: Genesis
    ) throws(ContractError) {
        self.genesis = genesis
        self.time = time
        do {
            self.validators = try zip(validators.certificates, members.endpoints).map { der, endpoint in
                Node(certificate: try MemberCertificate(der: der, suite: genesis.suite), endpoint: endpoint)
            }
            observers = try members.observers.map { node in
                Node(
                    certificate: try MemberCertificate(der: node.certificate, suite: genesis.suite),
                    endpoint: node.endpoint)
            }
        } catch {
            // Only the contract itself writes there.
            throw ContractError(.stateUnavailable, "the members of epoch \(validators.epoch) do not parse")
        }
        before = self.validators
    }

    /// The departments that have a validator, in the order of their names.
    var departments: [DepartmentName] { Set(before.map(\.member.department)).sorted() }

    /// Whether a node of this name belongs to the consortium.
    func contains(_ member: MemberName) -> Bool {
        validators.contains { $0.member == member } || observers.contains { $0.member == member }
    }

    /// Makes one step of the change.
    /// - Throws: ``ContractError`` that says what is wrong.
    mutating func apply(_ operation: MembershipOperation) throws(ContractError) {
        switch operation {
        case .add(let node):
            try insert(try self.node(node))
        case .remove(let member):
            try touch(member)
            _ = try take(member)
        case .replace(let member, let node):
            try replace(member, by: try self.node(node))
        case .rotate(let der):
            let certificate = try authenticate(der)
            let member = certificate.member
            try touch(member)
            let place = try place(of: member)
            guard self[place].certificate != certificate else {
                throw ContractError(.nothingChanges, "\(member) has this certificate already")
            }
            self[place] = Node(certificate: certificate, endpoint: self[place].endpoint)
        case .move(let member, let endpoint):
            try touch(member)
            let place = try place(of: member)
            guard self[place].endpoint != endpoint else {
                throw ContractError(.nothingChanges, "\(member) is known to listen on \(endpoint) already")
            }
            self[place] = Node(certificate: self[place].certificate, endpoint: endpoint)
        }
    }

    /// Checks the members that the steps have led to.
    /// - Throws: ``ContractError`` that says which rule they break.
    func check(acceptsNoFaultTolerance: Bool) throws(ContractError) {
        guard !validators.isEmpty else {
            throw ContractError(.lastValidator, "a consortium has at least one validator: add another one first")
        }
        guard validators.count <= ValidatorSet.maximumCount, observers.count <= EpochMembers.maximumObserverCount
        else {
            throw ContractError(
                .tooManyMembers,
                "a consortium has at most \(ValidatorSet.maximumCount) validators and "
                    + "\(EpochMembers.maximumObserverCount) observers")
        }
        try checkDistinct()
        let remaining = Set(validators.map(\.member))
        let leaving = before.filter { !remaining.contains($0.member) }.count
        let allowed = max(1, (before.count - 1) / 3)
        guard leaving <= allowed else {
            throw ContractError(
                .tooManyLeave,
                "\(leaving) of \(before.count) validators would leave at once; at most \(allowed) may: change the "
                    + "others after that")
        }
        guard before.count < 4 || validators.count >= 4 || acceptsNoFaultTolerance else {
            throw ContractError(
                .faultToleranceLost,
                "with \(validators.count) validators the ledger stops as soon as one of them does: say that you accept "
                    + "that, or add one first")
        }
        let end = time.advanced(by: Self.remainingValidity)
        for node in validators {
            guard let anchor = genesis.anchors[node.member.department],
                min(node.certificate.notAfter, anchor.notAfter) >= end
            else {
                throw ContractError(
                    .certificateExpires,
                    "the certificate of \(node.member) ends within "
                        + "\(Self.remainingValidity.components.seconds / 86_400) days: have the same change rotate or "
                        + "remove it")
            }
        }
    }

    private func checkDistinct() throws(ContractError) {
        var members: Set<MemberName> = []
        var keys: Set<KeyIdentifier> = []
        for node in validators + observers {
            guard members.insert(node.member).inserted else {
                throw ContractError(.duplicateMember, "\(node.member) is a node of the consortium already")
            }
            guard keys.insert(node.certificate.publicKey.identifier).inserted else {
                throw ContractError(.duplicateKey, "\(node.member) has the key of another node: make a new one")
            }
        }
    }

    /// What the next epoch's entries are.
    func entries(
        epoch: Epoch,
        firstHeight: Height,
        announcedAt height: Height
    ) -> (validators: EpochValidators, members: EpochMembers) {
        let statement = EpochValidators(
            epoch: epoch, firstHeight: firstHeight, certificates: validators.map(\.certificate.der))
        let members = EpochMembers(
            announcedAt: height,
            announcedTime: time,
            endpoints: validators.map(\.endpoint),
            observers: observers.map { MemberNode(certificate: $0.certificate.der, endpoint: $0.endpoint) }
        )
        return (statement, members)
    }

    // MARK: Steps

    /// Where a node stands: among the validators, or the observers.
    private enum Place {
        case validator(Int)
        case observer(Int)
    }

    private subscript(place: Place) -> Node {
        get {
            switch place {
            case .validator(let index): validators[index]
            case .observer(let index): observers[index]
            }
        }
        set {
            switch place {
            case .validator(let index): validators[index] = newValue
            case .observer(let index): observers[index] = newValue
            }
        }
    }

    private func place(of member: MemberName) throws(ContractError) -> Place {
        if let index = validators.firstIndex(where: { $0.member == member }) { return .validator(index) }
        if let index = observers.firstIndex(where: { $0.member == member }) { return .observer(index) }
        throw ContractError(.unknownMember, "\(member) is no node of the consortium")
    }

    private mutating func take(_ member: MemberName) throws(ContractError) -> Node {
        switch try place(of: member) {
        case .validator(let index): validators.remove(at: index)
        case .observer(let index): observers.remove(at: index)
        }
    }

    private mutating func insert(_ node: Node) throws(ContractError) {
        try touch(node.member)
        guard !contains(node.member) else {
            throw ContractError(
                .duplicateMember,
                "\(node.member) is a node of the consortium already: rotate its certificate or move it")
        }
        if node.member.role == .validator { validators.append(node) } else { observers.append(node) }
    }

    private mutating func replace(_ member: MemberName, by node: Node) throws(ContractError) {
        try touch(member)
        try touch(node.member)
        let place = try place(of: member)
        guard node.member.department == member.department else {
            throw ContractError(
                .wrongDepartment,
                "\(node.member) cannot take the place of \(member), which is another department's: remove the one and "
                    + "add the other")
        }
        guard node.member.role == member.role else {
            throw ContractError(.wrongRole, "\(node.member) cannot take the place of \(member): its role is another")
        }
        guard !contains(node.member) else {
            throw ContractError(.duplicateMember, "\(node.member) is a node of the consortium already")
        }
        self[place] = node
    }

    private mutating func touch(_ member: MemberName) throws(ContractError) {
        guard touched.insert(member).inserted else {
            throw ContractError(.duplicateMember, "\(member) stands in two operations of one proposal")
        }
    }

    private mutating func node(_ node: MemberNode) throws(ContractError) -> Node {
        Node(certificate: try authenticate(node.certificate), endpoint: node.endpoint)
    }

    private mutating func authenticate(_ der: [UInt8]) throws(ContractError) -> MemberCertificate {
        let certificate: MemberCertificate
        do {
            certificate = try genesis.anchors.authenticate(der, at: time)
        } catch {
            throw ContractError(refusal: error.code, of: "certificate")
        }
        guard certificate.member.role == .validator || certificate.member.role == .observer else {
            throw ContractError(
                .wrongRole, "\(certificate.member) is no node by its role: a node's is validator or observer")
        }
        introduced.append(certificate)
        return certificate
    }
}
