public import Formats
public import SwiftASN1

/// One method of a contract: a name and a typed body, which is run within a transaction.
public struct ContractMethod: Sendable {
    public let name: String

    private let body: @Sendable ([UInt8], inout ContractContext) throws(ContractError) -> [UInt8]

    /// Makes a method from a function of typed arguments.
    /// - Parameters:
    ///   - name: 1 to 64 bytes, unique among the contract's methods.
    ///   - body: checks, reads and writes through the context; its result stands in the outcome. What it throws rejects
    ///     the whole transaction.
    public init<Arguments: DERSequence, Result: DERSequence>(
        _ name: String,
        _ body: @escaping @Sendable (Arguments, inout ContractContext) throws(ContractError) -> Result
    ) {
        self.name = name
        self.body = { (bytes, context) throws(ContractError) in
            let arguments = try Arguments(arguments: bytes, of: name, limit: Transaction.maximumByteCount)
            return try body(arguments, &context).derBytes
        }
    }

    func run(arguments: [UInt8], in context: inout ContractContext) throws(ContractError) -> [UInt8] {
        try body(arguments, &context)
    }
}

/// The result of a method that has none: an empty `SEQUENCE`.
public struct NoResult: DERSequence, Hashable {
    public init() {}
    public init(fields: inout ASN1NodeCollection.Iterator) throws {}
    public func serialize(fields: inout DER.Serializer) throws {}
}

extension DERSequence {
    init(arguments bytes: [UInt8], of method: String, limit: Int) throws(ContractError) {
        do {
            self = try Self(derBytes: bytes, limit: limit)
        } catch {
            // The code alone: the wording below it belongs to libraries, and the outcome is hashed.
            throw ContractError(
                .malformedArguments,
                "the arguments of '\(method)' are not DER of its argument type: \(error.code.rawValue)"
            )
        }
    }
}
