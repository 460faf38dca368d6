public import Identity
public import SwiftASN1

/// A leader's signature under what it proposes, without the block: enough to prove who proposed what.
public struct SignedProposal: DERSequence, Hashable {
    public let statement: ProposalStatement
    /// By the leader of the statement's view, for ``SigningPurpose/proposal``.
    public let signature: Signature

    public init(statement: ProposalStatement, signature: Signature) {
        self.statement = statement
        self.signature = signature
    }

    /// Signs a proposal.
    /// - Throws: ``IdentityError`` where the key cannot sign.
    public init(
        _ statement: ProposalStatement,
        key: any SigningKey,
        suite: any CryptoSuite
    ) throws(IdentityError) {
        self.init(
            statement: statement,
            signature: try key.sign(statement.digest(suite: suite), for: .proposal)
        )
    }

    public init(fields: inout ASN1NodeCollection.Iterator) throws {
        statement = try ProposalStatement(derEncoded: &fields)
        signature = try fields.signature()
    }

    public func serialize(fields: inout DER.Serializer) throws {
        try fields.serialize(statement)
        try fields.serialize(signature)
    }

    /// Whether the proposal is of the set's epoch and signed by the leader of its view.
    public func isValid(in validators: ValidatorSet, suite: any CryptoSuite) -> Bool {
        guard statement.epoch == validators.epoch, let leader = validators[validators.leader(of: statement.view)] else {
            return false
        }
        return leader.key.isValid(signature, of: statement.digest(suite: suite), for: .proposal)
    }
}
