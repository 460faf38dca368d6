public import Distributed

/// Records a call on its way out: at most one argument, encoded at once.
public struct CallEncoder: DistributedTargetInvocationEncoder {
    public typealias SerializationRequirement = any Codable & Sendable

    private let encoder: BinaryEncoder
    private(set) var argument: [UInt8]?

    init(encoder: BinaryEncoder) {
        self.encoder = encoder
    }

    public mutating func recordGenericSubstitution<Type>(_ type: Type.Type) throws {
        throw ClusterError(.unknownMethod, "a remote method is not generic; \(type) cannot be substituted")
    }

    public mutating func recordArgument<Value: Codable & Sendable>(_ argument: RemoteCallArgument<Value>) throws {
        guard self.argument == nil else {
            throw ClusterError(.unknownMethod, "a remote method takes one argument at most: put them into a structure")
        }
        self.argument = try encoder.encode(argument.value)
    }

    public mutating func recordErrorType<Failure: Error>(_ type: Failure.Type) throws {}

    public mutating func recordReturnType<Value: Codable & Sendable>(_ type: Value.Type) throws {}

    public mutating func doneRecording() throws {}
}

/// What `executeDistributedTarget` would read arguments from. Nobody can make one, because this system never executes a
/// target by name (see ``RemoteMethods``); the protocol wants the type.
public struct NoCallDecoder: DistributedTargetInvocationDecoder {
    public typealias SerializationRequirement = any Codable & Sendable

    private init() {}

    public mutating func decodeGenericSubstitutions() throws -> [any Any.Type] { throw executionByName }

    public mutating func decodeNextArgument<Argument: Codable & Sendable>() throws -> Argument { throw executionByName }

    public mutating func decodeErrorType() throws -> (any Any.Type)? { throw executionByName }

    public mutating func decodeReturnType() throws -> (any Any.Type)? { throw executionByName }
}

/// What `executeDistributedTarget` would hand results to; nobody can make one either.
public struct NoResultHandler: DistributedTargetInvocationResultHandler {
    public typealias SerializationRequirement = any Codable & Sendable

    private init() {}

    public func onReturn<Success: Codable & Sendable>(value: Success) async throws { throw executionByName }

    public func onReturnVoid() async throws { throw executionByName }

    public func onThrow<Failure: Error>(error: Failure) async throws { throw executionByName }
}

private let executionByName = ClusterError(.unknownMethod, "this system executes nothing by a name from the wire")
