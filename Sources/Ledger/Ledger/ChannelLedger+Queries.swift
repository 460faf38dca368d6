public import Formats

/// A contract's answer to a query, a refusal included: both are as of a height.
public struct QueryAnswer: Sendable {
    /// DER of the query's result type, or why there is none.
    public let result: Result<[UInt8], ContractError>
    /// The executed height that the answer is as of.
    public let height: Height

    /// DER of the query's result type.
    /// - Throws: ``ContractError``, the contract's refusal.
    public func value() throws(ContractError) -> [UInt8] { try result.get() }
}

extension ChannelLedger {
    /// Asks a contract about its state as of the last executed block, by the version in force there.
    /// - Parameters:
    ///   - contract: the contract's name.
    ///   - name: the query's name.
    ///   - arguments: DER of the query's argument type.
    /// - Throws: ``LedgerError`` where the state cannot be read.
    public func query(
        _ contract: String,
        _ name: String,
        arguments: [UInt8]
    ) async throws(LedgerError) -> QueryAnswer {
        let (genesis, contracts, head) = (genesis, contracts, head)
        return try store.readHere { reader in
            let height = try reader.height()
            // The newest header is at hand, unless a block has come between.
            let time = try height == head.height ? head.timestamp : reader.record(at: height)?.header.timestamp
            let active = try contracts.active(at: height, ContractVersions(state: reader))
            var failure: LedgerError?
            let result = Result { () throws(ContractError) -> [UInt8] in
                let (contract, query) = try active.query(name, of: contract)
                var snapshot = ContractSnapshot(
                    genesis: genesis,
                    height: height,
                    time: time ?? genesis.document.createdAt,
                    contract: contract,
                    state: reader
                )
                defer { failure = snapshot.failure }
                return try query.run(arguments: arguments, on: &snapshot)
            }
            if let failure { throw failure }
            return QueryAnswer(result: result, height: height)
        }
    }
}
