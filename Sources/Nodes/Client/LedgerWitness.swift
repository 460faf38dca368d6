public import Formats

/// Whoever can say what the consortium has come to at a height, so that it can be checked.
public protocol LedgerWitness: Sendable {
    /// The first finalised header that states the results of a height or a later one; `nil` where there is none yet.
    /// - Throws: ``NodeError``, the transport's error, or `FormatError`.
    func sealing(of height: Height) async throws -> SealedHeader?
}

/// A header and the certificate that says that it is final, as somebody gives them: nothing is checked yet.
public struct SealedHeader: Sendable {
    public let header: BlockHeader
    public let finalization: QuorumCertificate

    public init(header: BlockHeader, finalization: QuorumCertificate) {
        self.header = header
        self.finalization = finalization
    }

    /// The results that the header states, when a quorum of its epoch's validators has signed it.
    /// - Parameters:
    ///   - genesis: the consortium's.
    ///   - validators: the validators of the header's epoch, as whoever asks knows them.
    /// - Throws: `VerificationError`.
    public func results(
        verifiedBy genesis: Genesis,
        _ validators: ValidatorSet
    ) throws(VerificationError) -> ExecutedState {
        let statement = finalization.statement
        guard header.channel == genesis.channel, statement.channel == genesis.channel else {
            throw VerificationError(.wrongChannel, "block \(header.height) is of channel \(header.channel)")
        }
        guard statement.kind == .finalize, statement.block == header.digest(suite: genesis.suite),
            statement.epoch == header.epoch, statement.view >= header.view
        else {
            throw VerificationError(.inconsistent, "the finalization is of another block than block \(header.height)")
        }
        try finalization.verify(in: validators, suite: genesis.suite)
        return header.executed
    }
}
