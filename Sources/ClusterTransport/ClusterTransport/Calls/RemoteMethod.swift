import Distributed
import Identity

/// The number by which a method is called over the wire; stable for ever, unique within its actor type.
public struct MethodNumber: Hashable, Sendable, ExpressibleByIntegerLiteral, CustomStringConvertible {
    public let rawValue: UInt16

    public init(rawValue: UInt16) { self.rawValue = rawValue }

    public init(integerLiteral value: UInt16) { self.init(rawValue: value) }

    public var description: String { String(rawValue) }
}

/// What both sides know of a remote method without its types.
struct RemoteMethodDescription: Sendable {
    let number: MethodNumber
    /// The Swift name with labels, `submit(_:)`.
    let name: String
    /// Who may call.
    let roles: Set<Role>
    let lane: Lane
    let isOneWay: Bool
    let takesArgument: Bool
    /// Decodes the error that the method declares, where it declares one.
    let decodeFailure: (@Sendable ([UInt8], BinaryDecoder) throws -> any Error)?
}

/// A remote method of one actor type.
struct RemoteMethod<Callee: DistributedActor>: Sendable {
    let description: RemoteMethodDescription
    /// Decodes the argument, calls the actor, encodes the result.
    let invoke: @Sendable (Callee, [UInt8], InvocationCoding) async throws -> [UInt8]
    /// Encodes the error that the method declares; `nil` for any other.
    let encodeFailure: @Sendable (any Error, BinaryEncoder) -> [UInt8]?
}

/// The coders of one system, with its limits.
struct InvocationCoding: Sendable {
    let encoder: BinaryEncoder
    let decoder: BinaryDecoder

    init(limits: CodingLimits) {
        encoder = BinaryEncoder(limits: limits)
        decoder = BinaryDecoder(limits: limits)
    }

    /// Decodes an argument.
    /// - Throws: ``ClusterError`` with code `malformed`.
    func argument<Argument: Decodable>(_ type: Argument.Type, from bytes: [UInt8]) throws -> Argument {
        do {
            return try decoder.decode(type, from: bytes)
        } catch {
            throw ClusterError(.malformed, "the argument is no \(type)", cause: error)
        }
    }

    /// Checks that a method without argument got none.
    /// - Throws: ``ClusterError`` with code `malformed`.
    func requireNoArgument(_ bytes: [UInt8]) throws {
        guard bytes.isEmpty else {
            throw ClusterError(.malformed, "the method takes no argument, but \(bytes.count) bytes of one came")
        }
    }
}
