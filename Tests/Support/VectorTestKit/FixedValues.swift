public import Formats
public import Identity

/// Values that are the same in every run: nothing here is signed by a real key.
public enum FixedValues {
    public static let suite = P256Suite()
    public static let channel = ChannelIdentifier(digest(0xC0))
    public static let view = View(rawValue: 129)
    public static let timestamp = Timestamp(milliseconds: 1_767_225_600_123)
    /// Bytes that look like the shortest ECDSA signature.
    public static let signature = Signature([0x30, 0x06, 2, 1, 1, 2, 1, 2])

    public static func digest(_ byte: UInt8) -> Digest { suite.digest(of: [byte]) }

    public static func header(height: UInt64) -> BlockHeader {
        BlockHeader(
            channel: channel, epoch: .zero, height: Height(rawValue: height), view: view, parent: digest(0xBA),
            timestamp: timestamp, proposer: ValidatorIndex(rawValue: 1), transactionsRoot: digest(0x7A),
            executed: ExecutedState(
                height: Height(rawValue: height - 1), stateRoot: digest(0x5D), journalRoot: digest(0x70)))
    }

    public static let transaction = Transaction(
        body: TransactionBody(
            channel: channel, submitter: KeyIdentifier(digest(0x50)), idempotencyKey: IdempotencyKey(digest(0x1D)),
            lastValidHeight: Height(rawValue: 1_000),
            calls: [Call(contract: "notes", method: "put", arguments: [0x30, 0x00])]),
        signature: signature)

    /// A certificate of validators 0 to 2 of 4.
    public static func certificate(of statement: VoteStatement) -> QuorumCertificate {
        let votes = (0..<3).map { index in
            Vote(
                statement: statement, validator: ValidatorIndex(rawValue: index),
                signature: Signature([0x30, UInt8(index)]))
        }
        guard let certificate = QuorumCertificate(statement: statement, votes: votes, validators: validators) else {
            preconditionFailure("three of four validators are a quorum")
        }
        return certificate
    }

    // Only the number of validators stands in a certificate, so any keys do.
    private static let validators = ValidatorSet(
        epoch: .zero,
        validators: (0..<4).map { _ in
            guard let member = MemberName("department-0/validator/node") else {
                preconditionFailure("this is a member's name")
            }
            return Validator(member: member, key: suite.generateSigningKey().verificationKey)
        })
}
