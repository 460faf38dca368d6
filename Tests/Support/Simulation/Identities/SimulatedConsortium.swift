import Formats
import Identity
import Ledger
import LedgerTestKit
import Synchronization

/// Departments with real certificates, the genesis of their channel, nodes that may join, clients and administrators:
/// the same bytes in every process.
///
/// Transactions are really signed and really checked, once in a process, and remembered: a search runs thousands of
/// histories with the same ones.
final class SimulatedConsortium: Sendable {
    /// What tells one consortium from another.
    struct Shape: Hashable, Sendable {
        /// Validators of the genesis.
        var validators: Int
        /// Departments, each with a node, that are no validators at first.
        var spares: Int
        /// Δ of the protocol, in milliseconds.
        var networkDelay: Int
        /// Most transactions in a block.
        var blockTransactions: Int
        /// The names of contracts besides the notes.
        var applications: [String] = []
    }

    /// When the consortium is created: 2026-01-01T00:00:00Z.
    static let createdAt = Timestamp(milliseconds: 1_767_225_600_000)
    private static let validity =
        createdAt.advanced(by: .seconds(-365 * 86_400))...createdAt.advanced(by: .seconds(9 * 365 * 86_400))

    let shape: Shape
    let suite = P256Suite()
    let genesis: Genesis
    let contracts: Contracts
    /// The validators of the genesis, then the spares.
    let nodes: [MemberIdentity]
    /// For each node, the same member with another key, which it may rotate to.
    let successors: [MemberIdentity]
    /// One for each department, in their order.
    let clients: [MemberIdentity]
    let administrators: [MemberIdentity]
    private let memory = Mutex(Memory())

    private struct Memory {
        var signed: [SigningOrder: EncodedTransaction] = [:]
        var verdicts: [[UInt8]: Result<VerifiedTransaction, AdmissionError>] = [:]
    }

    /// What makes a transaction.
    struct SigningOrder: Hashable, Sendable {
        let submitter: KeyIdentifier
        /// Makes it different from another that says the same.
        let number: UInt64
        let lastValidHeight: Height
        let calls: [Call]
    }

    private static let made = Mutex<[Shape: SimulatedConsortium]>([:])

    /// The consortium of a shape, made once.
    static func shared(
        _ shape: Shape, applications: [any Contract] = []
    ) throws -> SimulatedConsortium {
        var shape = shape
        shape.applications = applications.map(\.name)
        return try made.withLock { [shape] made in
            if let known = made[shape] { return known }
            let consortium = try SimulatedConsortium(shape, applications: applications)
            made[shape] = consortium
            return consortium
        }
    }

    private init(_ shape: Shape, applications: [any Contract]) throws {
        self.shape = shape
        let suite = suite
        var registry = try Registry(suite: suite)
        let departments = try (0..<shape.validators + shape.spares).map { try registry.authority($0) }
        nodes = try departments.map { try registry.member("node", .validator, of: $0) }
        successors = try departments.map { try registry.member("node", .validator, of: $0, generation: 1) }
        clients = try departments.map { try registry.member("client", .client, of: $0) }
        administrators = try departments.map { try registry.member("administrator", .administrator, of: $0) }
        contracts = try Contracts([NotesContract()] + applications)
        var limits = ChannelLimits()
        limits.networkDelay = shape.networkDelay
        limits.maximumTimeout = 12 * shape.networkDelay
        limits.maximumBlockTransactions = shape.blockTransactions
        limits.transactionLifetime = 1_000_000
        genesis = try Genesis(
            document: GenesisDocument(
                consortium: registry.consortium,
                channel: try Registry.label("channel"),
                createdAt: Self.createdAt,
                suite: .p256,
                departments: departments.map { department in
                    GenesisDepartment(
                        name: department.anchor.department, title: department.anchor.department.rawValue,
                        issuerCodes: [], authority: department.anchor.der)
                },
                validators: nodes.prefix(shape.validators).map { node in
                    GenesisValidator(certificate: node.certificate.der, host: "localhost", port: 7_000)
                },
                limits: limits
            )
        )
    }

    /// Makes identities with numbers that follow from their names.
    private struct Registry {
        let suite: P256Suite
        let consortium: ConsortiumName
        private var lastNumber: UInt8 = 0

        init(suite: P256Suite) throws {
            self.suite = suite
            consortium = try Self.label("simulation")
        }

        static func label(_ text: String) throws -> Label {
            guard let label = Label(text) else { throw IdentityError(.wrongMember, "'\(text)' is no name") }
            return label
        }

        private mutating func nextNumber() -> [UInt8] {
            lastNumber += 1
            return [1, lastNumber]
        }

        mutating func authority(_ index: Int) throws -> CertificateAuthority {
            try CertificateAuthority.create(
                department: Self.label("department-\(index)"),
                suite: suite,
                validity: validity,
                key: DeterministicKey(name: "authority \(index)"),
                serialNumber: nextNumber()
            )
        }

        mutating func member(
            _ name: String,
            _ role: Role,
            of authority: CertificateAuthority,
            generation: Int = 0
        ) throws -> MemberIdentity {
            let member = MemberName(
                department: authority.anchor.department, role: role, name: try Self.label(name))
            let key = try DeterministicKey(name: "\(member) \(generation)")
            let certificate = try authority.issue(
                to: member, in: consortium, publicKey: key.verificationKey, validity: validity,
                serialNumber: nextNumber())
            return try MemberIdentity(certificate: certificate, key: key)
        }
    }

    /// A transaction that `member` signs, with the registration of its certificate before everything else where that is
    /// asked for.
    func transaction(
        _ calls: [Call],
        by member: MemberIdentity,
        number: UInt64,
        lastValidHeight: Height,
        isRegistering: Bool
    ) throws -> EncodedTransaction {
        let registration = isRegistering ? [CertificatesContract.registration(of: member.certificate.der)] : []
        let order = SigningOrder(
            submitter: member.certificate.publicKey.identifier, number: number, lastValidHeight: lastValidHeight,
            calls: registration + calls)
        if let known = memory.withLock({ $0.signed[order] }) { return known }
        let key = IdempotencyKey(suite.digest(of: Array("\(number)".utf8)))
        let body = TransactionBody(
            channel: genesis.channel, submitter: order.submitter, idempotencyKey: key,
            lastValidHeight: lastValidHeight, calls: order.calls)
        let transaction = EncodedTransaction(try body.signed(with: member.key, suite: suite), suite: suite)
        memory.withLock { $0.signed[order] = transaction }
        return transaction
    }

    /// Checks a transaction's signature, once for the same bytes and certificate.
    func verify(
        _ transaction: EncodedTransaction,
        by certificate: MemberCertificate
    ) throws(AdmissionError) -> VerifiedTransaction {
        let name = transaction.bytes + certificate.publicKey.identifier.digest.bytes
        if let known = memory.withLock({ $0.verdicts[name] }) { return try known.get() }
        let admission = TransactionAdmission(genesis: genesis)
        let verdict = Result { () throws(AdmissionError) in try admission.verify(transaction, by: certificate) }
        memory.withLock { memory in
            // Forged ones are new in every history: they must not fill the memory of a long search.
            if memory.verdicts.count >= Self.rememberedCount { memory.verdicts = [:] }
            memory.verdicts[name] = verdict
        }
        return try verdict.get()
    }

    private static let rememberedCount = 100_000

    /// The validators as their simulated votes are checked.
    static func simulated(_ validators: ValidatorSet) -> ValidatorSet {
        ValidatorSet(
            epoch: validators.epoch,
            validators: validators.indices.compactMap { validators[$0] }.map { validator in
                Validator(member: validator.member, key: VoteKey(standingFor: validator.key))
            }
        )
    }
}
