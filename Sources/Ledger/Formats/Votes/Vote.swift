public import Identity
public import SwiftASN1

/// What a validator may say about a view (consensus.md, "Messages").
public enum VoteKind: Int64, Hashable, Sendable, CaseIterable {
    /// For the view's block.
    case notarize = 0
    /// To give the view up.
    case nullify = 1
    /// That the view's block is final.
    case finalize = 2
}

/// What a vote says, the same for all who say it: the thing that signatures are over and certificates collect.
public struct VoteStatement: DERSequence, Hashable {
    public let kind: VoteKind
    public let channel: ChannelIdentifier
    public let epoch: Epoch
    public let view: View
    /// The digest of the block's header; `nil` exactly for `nullify`.
    public let block: Digest?

    public static func notarize(_ block: Digest, in view: View, epoch: Epoch, channel: ChannelIdentifier) -> Self {
        Self(kind: .notarize, channel: channel, epoch: epoch, view: view, block: block)
    }

    public static func nullify(_ view: View, epoch: Epoch, channel: ChannelIdentifier) -> Self {
        Self(kind: .nullify, channel: channel, epoch: epoch, view: view, block: nil)
    }

    public static func finalize(_ block: Digest, in view: View, epoch: Epoch, channel: ChannelIdentifier) -> Self {
        Self(kind: .finalize, channel: channel, epoch: epoch, view: view, block: block)
    }

    private init(kind: VoteKind, channel: ChannelIdentifier, epoch: Epoch, view: View, block: Digest?) {
        self.kind = kind
        self.channel = channel
        self.epoch = epoch
        self.view = view
        self.block = block
    }

    public init(fields: inout ASN1NodeCollection.Iterator) throws {
        let number = try fields.enumerated()
        guard let kind = VoteKind(rawValue: number) else {
            throw FormatError(.outOfRange, "\(number) is no kind of a vote")
        }
        let channel = ChannelIdentifier(try fields.digest())
        let epoch: Epoch = try fields.number()
        let view: View = try fields.number()
        // A nullify that names a block, or another vote that names none, is refused by what is missing or left over.
        let block = kind == .nullify ? nil : try fields.digest()
        self.init(kind: kind, channel: channel, epoch: epoch, view: view, block: block)
    }

    public func serialize(fields: inout DER.Serializer) throws {
        try fields.serialize(enumerated: kind.rawValue)
        try fields.serialize(channel.digest)
        try fields.serialize(epoch)
        try fields.serialize(view)
        if let block {
            try fields.serialize(block)
        }
    }

    /// The digest that a voter signs for ``SigningPurpose/vote``.
    public func digest(suite: any CryptoSuite) -> Digest {
        suite.digest(of: derBytes)
    }
}

/// One validator's signed vote.
public struct Vote: DERSequence, Hashable {
    /// A vote's DER is never longer.
    public static let maximumByteCount = 512

    public let statement: VoteStatement
    public let validator: ValidatorIndex
    public let signature: Signature

    public init(statement: VoteStatement, validator: ValidatorIndex, signature: Signature) {
        self.statement = statement
        self.validator = validator
        self.signature = signature
    }

    /// Signs a vote.
    /// - Throws: ``IdentityError`` where the key cannot sign.
    public init(
        _ statement: VoteStatement,
        by validator: ValidatorIndex,
        key: any SigningKey,
        suite: any CryptoSuite
    ) throws(IdentityError) {
        self.init(
            statement: statement,
            validator: validator,
            signature: try key.sign(statement.digest(suite: suite), for: .vote)
        )
    }

    public init(fields: inout ASN1NodeCollection.Iterator) throws {
        statement = try VoteStatement(derEncoded: &fields)
        validator = try fields.validatorIndex()
        signature = try fields.signature()
    }

    public func serialize(fields: inout DER.Serializer) throws {
        try fields.serialize(statement)
        try fields.serialize(validator)
        try fields.serialize(signature)
    }

    /// Whether the validator that the vote names is in the set, of the set's epoch, and has signed the vote.
    public func isValid(in validators: ValidatorSet, suite: any CryptoSuite) -> Bool {
        guard statement.epoch == validators.epoch, let voter = validators[validator] else { return false }
        return voter.key.isValid(signature, of: statement.digest(suite: suite), for: .vote)
    }
}
