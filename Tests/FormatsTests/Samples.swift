import Formats
import Identity
import Testing

/// One value of every structure of the ASN.1 module, from fixed bytes: nothing here is signed by a real key.
struct Sample: Sendable, CustomTestStringConvertible {
    let name: String
    let bytes: [UInt8]
    /// Parses bytes as the sample's type and gives back the DER of what was read.
    let reserialized: @Sendable ([UInt8]) throws(FormatError) -> [UInt8]

    var testDescription: String { name }

    init(
        _ name: String,
        _ bytes: [UInt8],
        reserialized: @escaping @Sendable ([UInt8]) throws(FormatError) -> [UInt8]
    ) {
        self.name = name
        self.bytes = bytes
        self.reserialized = reserialized
    }

    init<Structure: DERSequence>(_ name: String, _ value: Structure) {
        self.init(name, value.derBytes) { (bytes) throws(FormatError) in
            try Structure(derBytes: bytes, limit: 1 << 20).derBytes
        }
    }

    static let all: [Sample] =
        [
            Sample("Call", call),
            Sample("TransactionBody", body),
            Sample("Transaction", transaction),
            Sample("ExecutedState", executed),
            Sample("BlockHeader", header),
            Sample("Block", Block(header: header, transactions: [transaction, transaction])),
            Sample("Block-empty", Block(header: header, transactions: [])),
            Sample("LedgerEvent", event),
            Sample("Rejection", rejection),
            Sample("Outcome-applied", applied),
            Sample("Outcome-rejected", rejected),
            Sample("StateChange-put", StateChange(contract: "notes", key: [1, 2, 3], value: [4, 5])),
            Sample("StateChange-removed", StateChange(contract: "notes", key: [1, 2, 3], value: nil)),
            Sample(
                "JournalLeaf",
                JournalLeaf(
                    height: Height(rawValue: 7), header: digest(1), transactionsRoot: digest(2), outcomesRoot: digest(3)
                )
            ),
            Sample("MerklePath", path),
            Sample(
                "VoteStatement-notarize", VoteStatement.notarize(digest(9), in: view, epoch: .zero, channel: channel)),
            Sample("VoteStatement-nullify", VoteStatement.nullify(view, epoch: .zero, channel: channel)),
            Sample("VoteStatement-finalize", finalize),
            Sample(
                "Vote",
                Vote(statement: finalize, validator: ValidatorIndex(rawValue: 3), signature: Signature([1, 2, 3]))
            ),
            Sample("ProposalStatement", proposal),
            Sample("QuorumCertificate", certificate),
            Sample("Receipt", receipt),
            Sample("GenesisDepartment", department),
            Sample("GenesisDepartment-tls", departmentWithTransportAuthority),
            Sample("GenesisDepartment-with-an-authority-for-TLS", nationalDepartment),
            Sample("GenesisValidator", validator),
            Sample("ChannelLimits", ChannelLimits()),
            Sample("GenesisDocument", genesis),
        ] + hashed + state + proofs + snapshots

    static let suite = CryptoSuiteIdentifier.p256.suite
    static let view = View(rawValue: 129)

    static func digest(_ byte: UInt8) -> Digest { suite.digest(of: [byte]) }

    static let channel = ChannelIdentifier(digest(0xC0))

    static let call = Call(contract: "notes", method: "put", arguments: [0x30, 0x00])

    static var body: TransactionBody {
        TransactionBody(
            channel: channel,
            submitter: KeyIdentifier(digest(0x50)),
            idempotencyKey: IdempotencyKey(digest(0x1D)),
            lastValidHeight: Height(rawValue: 1_000),
            calls: [call, Call(contract: "证照", method: "登记", arguments: [])]
        )
    }

    static var transaction: Transaction {
        Transaction(body: body, signature: Signature([0x30, 0x06, 2, 1, 1, 2, 1, 2]))
    }

    static let executed = ExecutedState(
        height: Height(rawValue: 6), stateRoot: digest(0x5D), journalRoot: digest(0x70))

    static var header: BlockHeader {
        BlockHeader(
            channel: channel,
            epoch: .zero,
            height: Height(rawValue: 7),
            view: view,
            parent: digest(0xBA),
            timestamp: Timestamp(milliseconds: 1_767_225_600_123),
            proposer: ValidatorIndex(rawValue: 1),
            transactionsRoot: Block.transactionsRoot([transaction, transaction], suite: suite),
            executed: executed
        )
    }

    static let event = LedgerEvent(contract: "notes", name: "noted", payload: [0x30, 0x00])
    static let rejection = Rejection(call: 1, code: "alreadyIssued", message: "the licence is issued already")

    static var applied: Outcome {
        Outcome(
            transaction: body.identifier(suite: suite),
            height: Height(rawValue: 7),
            index: 0,
            status: .applied(events: [event], returnValues: [[0x30, 0x00], []])
        )
    }

    static var rejected: Outcome {
        Outcome(
            transaction: body.identifier(suite: suite),
            height: Height(rawValue: 7),
            index: 1,
            status: .rejected(rejection)
        )
    }

    static var path: MerklePath {
        MerkleTree(leaves: [[0], [1], [2], [3], [4]], suite: suite).path(to: 2)
    }

    static let finalize = VoteStatement.finalize(digest(9), in: view, epoch: .zero, channel: channel)

    static let proposal = ProposalStatement(
        channel: channel, epoch: .zero, view: view, parentView: View(rawValue: 127), parent: digest(8), block: digest(9)
    )

    /// The finalization by validators 0 to 2 of 4, with bytes that are no signatures.
    static var certificate: QuorumCertificate {
        let votes = (0..<3).map { index in
            Vote(
                statement: finalize,
                validator: ValidatorIndex(rawValue: index),
                signature: Signature([0x30, UInt8(index)])
            )
        }
        // Only the number of validators stands in a certificate, so any keys do.
        let validators = ValidatorSet(
            epoch: .zero,
            validators: (0..<4).map { _ in
                let member = MemberName(department: label("market-regulation"), role: .validator, name: label("node"))
                return Validator(member: member, key: suite.generateSigningKey().verificationKey)
            }
        )
        guard let certificate = QuorumCertificate(statement: finalize, votes: votes, validators: validators) else {
            preconditionFailure("three of four validators are a quorum")
        }
        return certificate
    }

    static var receipt: Receipt {
        Receipt(
            suite: .p256,
            consortium: digest(0xC1),
            subject: .transaction(
                TransactionSubject(
                    transaction: transaction,
                    submitterCertificate: [0x30, 0x00],
                    transactionPath: path,
                    outcome: applied,
                    outcomePath: path,
                    header: header,
                    journalPath: path
                )),
            sealingHeader: header,
            finalization: certificate
        )
    }

    static var department: GenesisDepartment {
        GenesisDepartment(
            name: label("market-regulation"),
            title: "市场监督管理局",
            issuerCodes: ["11440300MB2C92109M"],
            authority: [0x30, 0x01, 0x00]
        )
    }

    static var departmentWithTransportAuthority: GenesisDepartment {
        GenesisDepartment(
            name: department.name,
            title: department.title,
            issuerCodes: department.issuerCodes,
            authority: department.authority,
            transportAuthority: [0x30, 0x01, 0x02]
        )
    }

    static var nationalDepartment: GenesisDepartment {
        GenesisDepartment(
            name: department.name, title: department.title, issuerCodes: [], authority: department.authority,
            transportAuthority: [0x30, 0x01, 0x02])
    }

    static let validator = GenesisValidator(certificate: [0x30, 0x01, 0x01], host: "node-1.example", port: 7_443)

    static var genesis: GenesisDocument {
        GenesisDocument(
            consortium: label("zhenglian"),
            channel: label("licences"),
            createdAt: Timestamp(milliseconds: 1_767_225_600_000),
            suite: .p256,
            departments: [department],
            validators: [validator],
            limits: ChannelLimits()
        )
    }

    private static func label(_ text: String) -> Label {
        guard let label = Label(text) else { preconditionFailure("'\(text)' in this file is a label") }
        return label
    }
}
