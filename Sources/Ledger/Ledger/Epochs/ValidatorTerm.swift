public import Formats
public import Identity

extension ValidatorSchedule {
    /// One epoch as the ledger states it: its validators, and where everybody listens.
    public struct Term: Sendable {
        /// Epoch, first height and the validators' certificates.
        public let statement: EpochValidators
        /// The validators, their certificates authenticated as of ``announcedTime``.
        public let validators: ValidatorSet
        /// The height of the block whose execution announced the epoch; 0 for that of the genesis.
        public let announcedAt: Height
        /// The ledger's time at that height.
        public let announcedTime: Timestamp
        /// Where validators and observers listen.
        public let endpoints: [MemberName: NodeEndpoint]
        /// The members that follow without a vote, in the order in which they joined.
        public let observers: [Observer]

        public var epoch: Epoch { statement.epoch }
        public var firstHeight: Height { statement.firstHeight }

        /// A member that follows without a vote.
        public struct Observer: Sendable, Hashable {
            public let certificate: MemberCertificate
            public let endpoint: NodeEndpoint

            public var member: MemberName { certificate.member }
        }

        /// Epoch 0, which the genesis vouches for.
        public init(genesis: Genesis) {
            statement = EpochValidators(genesis: genesis)
            validators = genesis.validators
            let members = EpochMembers(genesis: genesis)
            announcedAt = members.announcedAt
            announcedTime = members.announcedTime
            endpoints = Self.endpoints(of: validators, members, observers: [])
            observers = []
        }

        private init(_ term: Term, validators: ValidatorSet) {
            statement = term.statement
            self.validators = validators
            announcedAt = term.announcedAt
            announcedTime = term.announcedTime
            endpoints = term.endpoints
            observers = term.observers
        }

        /// The same validators with other keys.
        func replacingKeys(_ key: (Validator) -> any VerificationKey) -> Term {
            let replaced = validators.indices.compactMap { validators[$0] }.map { validator in
                Validator(member: validator.member, key: key(validator))
            }
            return Term(self, validators: ValidatorSet(epoch: validators.epoch, validators: replaced))
        }

        /// A later epoch, as the state has it.
        /// - Throws: ``LedgerError`` with code `corrupted` where the entries do not make an epoch: the contract writes
        ///   none that do not.
        init(_ statement: EpochValidators, _ members: EpochMembers, genesis: Genesis) throws(LedgerError) {
            self.statement = statement
            announcedAt = members.announcedAt
            announcedTime = members.announcedTime
            do {
                let set = try ValidatorSet(
                    epoch: statement.epoch, certificates: statement.certificates, anchors: genesis.anchors,
                    at: members.announcedTime)
                observers = try members.observers.map { node in
                    Observer(
                        certificate: try MemberCertificate(der: node.certificate, suite: genesis.suite),
                        endpoint: node.endpoint)
                }
                validators = set
            } catch {
                throw LedgerError(
                    .corrupted, "the state's members of epoch \(statement.epoch) cannot be read; restore a backup",
                    cause: error)
            }
            guard members.endpoints.count == validators.count else {
                throw LedgerError(
                    .corrupted,
                    "the state has \(members.endpoints.count) endpoints for the \(validators.count) validators of "
                        + "epoch \(statement.epoch); restore a backup")
            }
            endpoints = Self.endpoints(of: validators, members, observers: observers)
        }

        private static func endpoints(
            of validators: ValidatorSet,
            _ members: EpochMembers,
            observers: [Observer]
        ) -> [MemberName: NodeEndpoint] {
            var endpoints: [MemberName: NodeEndpoint] = [:]
            for (index, endpoint) in zip(validators.indices, members.endpoints) {
                guard let member = validators[index]?.member else { continue }
                endpoints[member] = endpoint
            }
            for observer in observers { endpoints[observer.member] = observer.endpoint }
            return endpoints
        }
    }
}

// The keys follow from the statement, which is what two terms are compared by.
extension ValidatorSchedule.Term: Hashable {
    public static func == (left: Self, right: Self) -> Bool {
        left.statement == right.statement && left.announcedAt == right.announcedAt
            && left.announcedTime == right.announcedTime && left.endpoints == right.endpoints
            && left.observers == right.observers
    }

    public func hash(into hasher: inout Hasher) {
        hasher.combine(statement)
        hasher.combine(announcedAt)
    }
}
