public import Formats

/// One question to a contract: a name and a typed body, which is run on committed state.
public struct ContractQuery: Sendable {
    public let name: String

    private let body: @Sendable ([UInt8], inout ContractSnapshot) throws(ContractError) -> [UInt8]

    /// Makes a query from a function of typed arguments.
    /// - Parameters:
    ///   - name: 1 to 64 bytes, unique among the contract's queries.
    ///   - body: reads through the snapshot; what it throws is the answer to whoever asked.
    public init<Arguments: DERSequence, Result: DERSequence>(
        _ name: String,
        _ body: @escaping @Sendable (Arguments, inout ContractSnapshot) throws(ContractError) -> Result
    ) {
        self.name = name
        self.body = { (bytes, snapshot) throws(ContractError) in
            let arguments = try Arguments(arguments: bytes, of: name, limit: ExecutionLimits.queryArgumentBytes)
            return try body(arguments, &snapshot).derBytes
        }
    }

    func run(arguments: [UInt8], on snapshot: inout ContractSnapshot) throws(ContractError) -> [UInt8] {
        try body(arguments, &snapshot)
    }
}
