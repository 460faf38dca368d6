public import Distributed
public import Identity

/// The remote methods of an actor type: what is not in the table cannot be called.
///
/// The table is the only way from the wire to a method. Swift's own `executeDistributedTarget` trusts the name that it
/// is given, and a name from the wire for another type is undefined behaviour; here a peer sends a number, and the
/// number finds a typed closure or nothing.
public struct RemoteMethods<Callee: DistributedActor>: Sendable {
    let methods: [MethodNumber: RemoteMethod<Callee>]
    let descriptions: [String: RemoteMethodDescription]

    /// Builds the table; two methods with one number or one name are a mistake in the source and stop the process.
    public init(_ build: (inout Builder) -> Void) {
        var builder = Builder()
        build(&builder)
        self.methods = builder.methods
        self.descriptions = Dictionary(
            builder.methods.values.map { ($0.description.name, $0.description) },
            uniquingKeysWith: { first, _ in preconditionFailure("\(Callee.self) lists '\(first.name)' twice") }
        )
    }

    /// What a table is built with.
    public struct Builder {
        fileprivate var methods: [MethodNumber: RemoteMethod<Callee>] = [:]

        /// A method with one argument and a result, which declares the error that its callers understand.
        public mutating func method<Argument, Result, Failure>(
            _ number: MethodNumber,
            _ name: String,
            roles: Set<Role>,
            lane: Lane = .requests,
            failure: Failure.Type,
            call: @escaping @Sendable (Callee, Argument) async throws -> Result
        ) where Argument: Codable & Sendable, Result: Codable & Sendable, Failure: Error & Codable {
            add(number, name, roles, lane, takesArgument: true, failure: failure) { callee, bytes, coding in
                try coding.encoder.encode(try await call(callee, try coding.argument(Argument.self, from: bytes)))
            }
        }

        /// A method with one argument and a result, whose errors all arrive as `remoteFailure`.
        public mutating func method<Argument, Result>(
            _ number: MethodNumber,
            _ name: String,
            roles: Set<Role>,
            lane: Lane = .requests,
            call: @escaping @Sendable (Callee, Argument) async throws -> Result
        ) where Argument: Codable & Sendable, Result: Codable & Sendable {
            method(number, name, roles: roles, lane: lane, failure: NoFailure.self, call: call)
        }

        /// A method with one argument and no result.
        public mutating func method<Argument, Failure>(
            _ number: MethodNumber,
            _ name: String,
            roles: Set<Role>,
            lane: Lane = .requests,
            failure: Failure.Type,
            call: @escaping @Sendable (Callee, Argument) async throws -> Void
        ) where Argument: Codable & Sendable, Failure: Error & Codable {
            add(number, name, roles, lane, takesArgument: true, failure: failure) { callee, bytes, coding in
                try await call(callee, try coding.argument(Argument.self, from: bytes))
                return []
            }
        }

        /// A method with one argument and no result, whose errors all arrive as `remoteFailure`.
        public mutating func method<Argument>(
            _ number: MethodNumber,
            _ name: String,
            roles: Set<Role>,
            lane: Lane = .requests,
            call: @escaping @Sendable (Callee, Argument) async throws -> Void
        ) where Argument: Codable & Sendable {
            method(number, name, roles: roles, lane: lane, failure: NoFailure.self, call: call)
        }

        /// A method without argument, with a result.
        public mutating func method<Result, Failure>(
            _ number: MethodNumber,
            _ name: String,
            roles: Set<Role>,
            lane: Lane = .requests,
            failure: Failure.Type,
            call: @escaping @Sendable (Callee) async throws -> Result
        ) where Result: Codable & Sendable, Failure: Error & Codable {
            add(number, name, roles, lane, takesArgument: false, failure: failure) { callee, bytes, coding in
                try coding.requireNoArgument(bytes)
                return try coding.encoder.encode(try await call(callee))
            }
        }

        /// A method without argument, with a result, whose errors all arrive as `remoteFailure`.
        public mutating func method<Result>(
            _ number: MethodNumber,
            _ name: String,
            roles: Set<Role>,
            lane: Lane = .requests,
            call: @escaping @Sendable (Callee) async throws -> Result
        ) where Result: Codable & Sendable {
            method(number, name, roles: roles, lane: lane, failure: NoFailure.self, call: call)
        }

        /// A method without argument and result.
        public mutating func method(
            _ number: MethodNumber,
            _ name: String,
            roles: Set<Role>,
            lane: Lane = .requests,
            call: @escaping @Sendable (Callee) async throws -> Void
        ) {
            add(number, name, roles, lane, takesArgument: false, failure: NoFailure.self) { callee, bytes, coding in
                try coding.requireNoArgument(bytes)
                try await call(callee)
                return []
            }
        }

        /// A method that nobody waits for: the caller returns as soon as the message is queued, and never learns of an
        /// error.
        ///
        /// The one-way messages of one caller on one lane are executed one after another in the order of sending. On
        /// the consensus lane the oldest message gives way where the queue is full; on others the caller is suspended.
        public mutating func oneWay<Argument>(
            _ number: MethodNumber,
            _ name: String,
            roles: Set<Role>,
            lane: Lane = .consensus,
            call: @escaping @Sendable (Callee, Argument) async throws -> Void
        ) where Argument: Codable & Sendable {
            add(
                number,
                name,
                roles,
                lane,
                isOneWay: true,
                takesArgument: true,
                failure: NoFailure.self
            ) { callee, bytes, coding in
                try await call(callee, try coding.argument(Argument.self, from: bytes))
                return []
            }
        }

        private mutating func add<Failure: Error & Codable>(
            _ number: MethodNumber,
            _ name: String,
            _ roles: Set<Role>,
            _ lane: Lane,
            isOneWay: Bool = false,
            takesArgument: Bool,
            failure: Failure.Type,
            invoke: @escaping @Sendable (Callee, [UInt8], InvocationCoding) async throws -> [UInt8]
        ) {
            let decodeFailure: @Sendable ([UInt8], BinaryDecoder) throws -> any Error = { bytes, decoder in
                try decoder.decode(Failure.self, from: bytes)
            }
            let description = RemoteMethodDescription(
                number: number,
                name: name,
                roles: roles,
                lane: lane,
                isOneWay: isOneWay,
                takesArgument: takesArgument,
                decodeFailure: Failure.self == NoFailure.self ? nil : decodeFailure
            )
            let encodeFailure: @Sendable (any Error, BinaryEncoder) -> [UInt8]? = { error, encoder in
                guard let error = error as? Failure else { return nil }
                // One that does not encode arrives as any other that is not declared.
                return try? encoder.encode(error)
            }
            let method = RemoteMethod<Callee>(description: description, invoke: invoke, encodeFailure: encodeFailure)
            let previous = methods.updateValue(method, forKey: number)
            precondition(previous == nil, "\(Callee.self) lists the method number \(number) twice")
        }
    }
}

/// The declared error of a method that declares none.
private struct NoFailure: Error, Codable {}
