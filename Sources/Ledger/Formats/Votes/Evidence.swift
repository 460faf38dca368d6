public import Identity
public import SwiftASN1

/// Two signed statements of one validator of which an honest one makes at most one: a proof that stands on its own,
/// with the validator set of its epoch.
public enum Evidence: Hashable, Sendable {
    /// Tag 0: two notarize votes or two finalize votes for different blocks, or a nullify and a finalize vote, in one
    /// view.
    case votes(Vote, Vote)
    /// Tag 1: two proposals for one view.
    case proposals(SignedProposal, SignedProposal)

    /// Evidence's DER is never longer.
    public static let maximumByteCount = 2 * 1024

    public var view: View {
        switch self {
        case .votes(let first, _): first.statement.view
        case .proposals(let first, _): first.statement.view
        }
    }

    public var epoch: Epoch {
        switch self {
        case .votes(let first, _): first.statement.epoch
        case .proposals(let first, _): first.statement.epoch
        }
    }

    public var channel: ChannelIdentifier {
        switch self {
        case .votes(let first, _): first.statement.channel
        case .proposals(let first, _): first.statement.channel
        }
    }

    /// What the validator did.
    public var kind: MisconductKind {
        switch self {
        case .votes(let first, let second):
            switch (first.statement.kind, second.statement.kind) {
            case (.notarize, _): .twoNotarizations
            case (.finalize, .finalize): .twoFinalizations
            default: .nullificationAndFinalization
            }
        case .proposals: .twoProposals
        }
    }

    /// Who has contradicted itself.
    public func offender(in validators: ValidatorSet) -> ValidatorIndex { offender(among: validators.count) }

    /// The same for a set of `count` validators.
    /// - Precondition: `count` is 1 to ``ValidatorSet/maximumCount``.
    public func offender(among count: Int) -> ValidatorIndex {
        switch self {
        case .votes(let first, _): first.validator
        case .proposals(let first, _):
            ValidatorIndex(rawValue: Int(first.statement.view.rawValue % UInt64(count)))
        }
    }

    /// Checks the proof: that both statements are of one validator and view, contradict each other, and are signed.
    /// - Throws: ``VerificationError`` with code `wrongEpoch`, `unknownSigner`, `inconsistent` or `wrongSignature`.
    public func verify(in validators: ValidatorSet, suite: any CryptoSuite) throws(VerificationError) {
        guard epoch == validators.epoch else {
            throw VerificationError(
                .wrongEpoch, "the evidence is of epoch \(epoch), the validators are of epoch \(validators.epoch)")
        }
        guard let validator = validators[offender(in: validators)] else {
            throw VerificationError(.unknownSigner, "the set has no validator \(offender(in: validators))")
        }
        try verify(by: validator.key, suite: suite)
    }

    /// The same for whoever knows the offender's key.
    /// - Throws: ``VerificationError`` with code `inconsistent` or `wrongSignature`.
    public func verify(by key: any VerificationKey, suite: any CryptoSuite) throws(VerificationError) {
        let isSigned: Bool
        switch self {
        case .votes(let first, let second):
            guard first.validator == second.validator, first.statement.contradicts(second.statement) else {
                throw VerificationError(.inconsistent, "the two votes do not contradict each other")
            }
            isSigned = [first, second].allSatisfy {
                key.isValid($0.signature, of: $0.statement.digest(suite: suite), for: .vote)
            }
        case .proposals(let first, let second):
            guard first.statement.contradicts(second.statement) else {
                throw VerificationError(.inconsistent, "the two proposals do not contradict each other")
            }
            isSigned = [first, second].allSatisfy {
                key.isValid($0.signature, of: $0.statement.digest(suite: suite), for: .proposal)
            }
        }
        guard isSigned else {
            throw VerificationError(.wrongSignature, "a signature under the contradictory statements does not hold")
        }
    }
}

/// What a validator did that an honest one never does.
public enum MisconductKind: Int64, Hashable, Sendable, CaseIterable {
    /// Two notarize votes in one view, for different blocks.
    case twoNotarizations = 0
    /// Two finalize votes in one view, for different blocks.
    case twoFinalizations = 1
    /// A vote to give a view up, and one that its block is final.
    case nullificationAndFinalization = 2
    /// Two proposals for one view.
    case twoProposals = 3
}

extension VoteStatement {
    /// Whether one honest validator never says both (consensus.md, rule 9). A nullify vote does not contradict a
    /// notarize vote: a validator may give up a view whose block it has voted for.
    package func contradicts(_ other: VoteStatement) -> Bool {
        guard channel == other.channel, epoch == other.epoch, view == other.view, self != other else { return false }
        return switch (kind, other.kind) {
        case (.notarize, .notarize), (.finalize, .finalize): true
        case (.nullify, .finalize), (.finalize, .nullify): true
        case (.nullify, .nullify), (.notarize, _), (_, .notarize): false
        }
    }
}

extension ProposalStatement {
    /// Whether one honest leader never says both: two statements for one view.
    package func contradicts(_ other: ProposalStatement) -> Bool {
        channel == other.channel && epoch == other.epoch && view == other.view && self != other
    }
}

extension Evidence: DERSerializable, DERParseable {
    public init(derEncoded node: ASN1Node) throws {
        let tag = node.identifier
        guard tag.tagClass == .contextSpecific else {
            throw FormatError(.malformed, "a piece of evidence has no context tag")
        }
        switch tag.tagNumber {
        case 0:
            self = try DER.sequence(node, identifier: tag) {
                .votes(try Vote(derEncoded: &$0), try Vote(derEncoded: &$0))
            }
        case 1:
            self = try DER.sequence(node, identifier: tag) {
                .proposals(try SignedProposal(derEncoded: &$0), try SignedProposal(derEncoded: &$0))
            }
        default:
            throw FormatError(.unknownVersion, "\(tag.tagNumber) is the tag of no evidence that is known here")
        }
    }

    public func serialize(into coder: inout DER.Serializer) throws {
        switch self {
        case .votes(let first, let second):
            try coder.appendConstructedNode(identifier: ASN1Identifier(tagWithNumber: 0, tagClass: .contextSpecific)) {
                try $0.serialize(first)
                try $0.serialize(second)
            }
        case .proposals(let first, let second):
            try coder.appendConstructedNode(identifier: ASN1Identifier(tagWithNumber: 1, tagClass: .contextSpecific)) {
                try $0.serialize(first)
                try $0.serialize(second)
            }
        }
    }

    /// Parses evidence.
    /// - Throws: ``FormatError``.
    public init(derBytes bytes: [UInt8]) throws(FormatError) {
        guard bytes.count <= Self.maximumByteCount else {
            throw FormatError(
                .tooLarge, "evidence of \(bytes.count) bytes; at most \(Self.maximumByteCount) are allowed")
        }
        do {
            self = try Self(derEncoded: bytes)
        } catch let error as FormatError {
            throw error
        } catch {
            throw FormatError(.malformed, "the bytes are no evidence", cause: error)
        }
    }

    /// The evidence's DER, as it goes into a report to the ledger.
    public var derBytes: [UInt8] {
        var serializer = DER.Serializer()
        do {
            try serializer.serialize(self)
        } catch {
            // Every field is an integer, a string or a structure of such that was valid when it was made.
            preconditionFailure("evidence does not serialize: \(error)")
        }
        return serializer.serializedBytes
    }
}
