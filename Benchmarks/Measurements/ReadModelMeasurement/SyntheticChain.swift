import Formats
import Identity
import Ledger
import Licences

/// A chain of licences that are issued one after the other, executed by the real contract over a state that forgets
/// them: what is measured is the read model, not the memory of this process.
struct SyntheticChain {
    private static let issuerCode = "11650000MB1A0001XQ"
    private static let validity =
        Timestamp(milliseconds: 1_700_000_000_000)...Timestamp(milliseconds: 2_000_000_000_000)

    let genesis: Genesis
    private let member: MemberIdentity
    private let types: [LicenceTypeCode]
    private let issuer: UnifiedSocialCreditCode
    private let layout: Layout
    private var state = CertificatesOnly()
    private var executor: BlockExecutor
    private var tip: ExecutionTip
    private var parent: ParentBlock
    private var isRegistered = false

    /// How licences come.
    struct Layout {
        /// Licences in one transaction.
        var licencesPerTransaction = 250
        /// Licences in one block.
        var licencesPerBlock = 5_000
        /// Whether serial numbers come in no order, which is the worst for an index.
        var isScattered = true
    }

    init(_ layout: Layout) throws {
        let suite = CryptoSuiteIdentifier.p256.suite
        guard let name = Label("measured"), let node = Label("node") else { throw MeasurementError("a label is wrong") }
        let authority = try CertificateAuthority.create(department: name, suite: suite, validity: Self.validity)
        let identities = try [Role.validator, .client].map { role in
            let key = suite.generateSigningKey()
            let certificate = try authority.issue(
                to: MemberName(department: name, role: role, name: node), in: name, publicKey: key.verificationKey,
                validity: Self.validity)
            return try MemberIdentity(certificate: certificate, key: key)
        }
        var limits = ChannelLimits()
        limits.transactionLifetime = 1_000_000
        limits.maximumBlockBytes = 8 << 20
        limits.maximumBlockTransactions = Block.maximumTransactionCount
        genesis = try Genesis(
            document: GenesisDocument(
                consortium: name,
                channel: name,
                createdAt: Timestamp(milliseconds: 1_800_000_000_000),
                suite: .p256,
                departments: [
                    GenesisDepartment(
                        name: name, title: "measured", issuerCodes: [Self.issuerCode], authority: authority.anchor.der)
                ],
                validators: [
                    GenesisValidator(certificate: identities[0].certificate.der, host: "localhost", port: 7_000)
                ],
                limits: limits
            ))
        member = identities[1]
        issuer = try UnifiedSocialCreditCode(Self.issuerCode)
        types = try (1...30).map { try LicenceTypeCode("11100000MB0143028R0" + ($0 < 10 ? "0\($0)" : "\($0)")) }
        executor = BlockExecutor(genesis: genesis, contracts: try Contracts([CatalogueContract(), EvidenceContract()]))
        tip = ExecutionTip(genesis: genesis)
        parent = ParentBlock(genesis: genesis)
        self.layout = layout
    }

    /// The licence of a number.
    func identifier(_ number: Int) throws -> LicenceIdentifier {
        var digits = "\(layout.isScattered ? Self.scattered(number) : UInt64(number))"
        while digits.count < 14 { digits = "0" + digits }
        return LicenceIdentifier(
            typeCode: types[number % types.count],
            issuerCode: issuer,
            serial: try LicenceSerial("2026" + digits),
            version: try LicenceVersion("001")
        )
    }

    /// The digest of the file of a number's licence.
    func file(_ number: Int) -> Digest { genesis.suite.digest(of: Array("file \(number)".utf8)) }

    /// A permutation of the numbers below 2^46, so that they have 14 digits: an odd factor, and the upper half added to
    /// the lower.
    private static func scattered(_ number: Int) -> UInt64 {
        let mask: UInt64 = 1 << 46 - 1
        let product = UInt64(number) &* 0x1f3d_5b79_9e37 & mask
        return (product ^ product >> 23) & mask
    }

    /// The next block, with the licences of these numbers.
    mutating func block(of numbers: Range<Int>) throws -> FollowedBlock {
        var transactions: [VerifiedTransaction] = []
        var first = numbers.lowerBound
        while first < numbers.upperBound {
            let last = min(first + layout.licencesPerTransaction, numbers.upperBound)
            var calls = try (first..<last).flatMap { number in
                let identifier = try identifier(number)
                let root = genesis.suite.digest(of: Array("fields \(number)".utf8))
                let day = try CalendarDate("20260101")
                let particulars = CatalogueParticulars(
                    identifier: identifier,
                    holder: HolderPseudonym(epoch: 1, digest: genesis.suite.digest(of: Array("holder \(number)".utf8))),
                    validity: try LicenceValidity(from: day, until: nil), issuedOn: day,
                    region: try RegionCode("650100"), metadataRoot: root)
                let content = EvidenceContent(file: file(number), metadataRoot: root)
                return [
                    LicenceCall.issue(IssueLicence(particulars)).call,
                    LicenceCall.record(RecordEvidence(identifier: identifier, content: content)).call,
                ]
            }
            if !isRegistered {
                calls.insert(CertificatesContract.registration(of: member.certificate.der), at: 0)
                isRegistered = true
            }
            transactions.append(try transaction(calls, key: first))
            first = last
        }
        let block = FinalizedBlock(
            BlockBuilder(genesis: genesis).block(
                of: transactions, on: parent, in: .init(genesis: genesis), view: parent.view.next,
                now: parent.timestamp.advanced(by: .seconds(1)), executed: tip.executed),
            finalization: nil
        )
        guard block.transactions.count == transactions.count else { throw MeasurementError("a block is too large") }
        // The read model reads no state root.
        let executed = try executor.execute(block, on: tip, state: state) { [tip] changes in
            AppliedChanges(changes: changes, root: tip.executed.stateRoot)
        }
        state.apply(executed.changes)
        tip = executed.tip
        parent = parent.child(block.header, digest: block.digest, isEmpty: false)
        let entries = block.transactions.indices.map { index in
            FollowedBlock.Entry(
                transaction: block.transactions[index].bytes, outcome: executed.encodedOutcomes[index],
                submitter: executed.submitters[index]?.member)
        }
        return FollowedBlock(
            header: block.header, digest: block.digest, proposer: member.certificate.member, entries: entries,
            changes: executed.changes)
    }

    private func transaction(_ calls: [Call], key: Int) throws -> VerifiedTransaction {
        let suite = genesis.suite
        let body = TransactionBody(
            channel: genesis.channel,
            submitter: member.certificate.publicKey.identifier,
            idempotencyKey: IdempotencyKey(suite.digest(of: Array("key \(key)".utf8))),
            lastValidHeight: parent.height.advanced(by: 1_000),
            calls: calls
        )
        let signed = EncodedTransaction(try body.signed(with: member.key, suite: suite), suite: suite)
        return try TransactionAdmission(genesis: genesis).verify(signed, by: member.certificate)
    }
}

/// The state of the contract of certificates alone: every licence looks new to the contract, as it is.
private struct CertificatesOnly: StateReader {
    private var entries: [StateAddress: [UInt8]] = [:]

    func value(at address: StateAddress) throws(LedgerError) -> [UInt8]? { entries[address] }

    mutating func apply(_ changes: [StateChange]) {
        for change in changes where change.contract == CertificatesContract.name {
            entries[StateAddress(contract: change.contract, key: StateKey(change.key))] = change.value
        }
    }
}

/// Why nothing could be measured.
struct MeasurementError: Error, CustomStringConvertible {
    let description: String

    init(_ description: String) { self.description = description }
}
