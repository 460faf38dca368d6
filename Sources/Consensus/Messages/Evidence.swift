public import Formats
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

    /// Who has contradicted itself.
    public func offender(in validators: ValidatorSet) -> ValidatorIndex {
        switch self {
        case .votes(let first, _): first.validator
        case .proposals(let first, _): validators.leader(of: first.statement.view)
        }
    }

    /// Checks the proof: that both statements are of one validator and view, contradict each other, and are signed.
    /// - Throws: ``VerificationError`` with code `inconsistent` or `wrongSignature`.
    public func verify(in validators: ValidatorSet, suite: any CryptoSuite) throws(VerificationError) {
        switch self {
        case .votes(let first, let second):
            guard first.validator == second.validator, first.statement.contradicts(second.statement) else {
                throw VerificationError(.inconsistent, "the two votes do not contradict each other")
            }
            guard first.isValid(in: validators, suite: suite), second.isValid(in: validators, suite: suite) else {
                throw VerificationError(.wrongSignature, "a signature under the contradictory votes does not hold")
            }
        case .proposals(let first, let second):
            guard first.statement.contradicts(second.statement) else {
                throw VerificationError(.inconsistent, "the two proposals do not contradict each other")
            }
            guard first.isValid(in: validators, suite: suite), second.isValid(in: validators, suite: suite) else {
                throw VerificationError(.wrongSignature, "a signature under the two proposals does not hold")
            }
        }
    }
}

extension VoteStatement {
    /// Whether one honest validator never says both (consensus.md, rule 9). A nullify vote does not contradict a
    /// notarize vote: a validator may give up a view whose block it has voted for.
    func contradicts(_ other: VoteStatement) -> Bool {
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
    func contradicts(_ other: ProposalStatement) -> Bool {
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

    /// The evidence's DER, as it goes into a report to the ledger.
    public var derBytes: [UInt8] { DER.bytes(of: self) }
}
