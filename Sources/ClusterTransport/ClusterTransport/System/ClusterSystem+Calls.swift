import CoreMetrics
public import Distributed
import Identity
import Logging
import Metrics
import NIOCore

extension ClusterSystem {
    public func makeInvocationEncoder() -> CallEncoder { CallEncoder(encoder: coding.encoder) }

    /// Calls a method with a result, as the compiler has it for `try await actor.method(argument)`.
    /// - Throws: the error that the method declares, ``ClusterError``, or `CancellationError`.
    public func remoteCall<Act, Err, Res>(
        on actor: Act,
        target: RemoteCallTarget,
        invocation: inout CallEncoder,
        throwing: Err.Type,
        returning: Res.Type
    ) async throws -> Res where Act: DistributedActor, Act.ID == ActorAddress, Err: Error, Res: Codable & Sendable {
        let method = try methods.method(target, of: Act.self)
        let result = try await call(method, of: actor.id, invocation.argument)
        do {
            return try coding.decoder.decode(Res.self, from: result)
        } catch {
            throw ClusterError(
                .malformed, "\(actor.id.member) answered \(method.name) with no \(Res.self)", cause: error)
        }
    }

    /// Calls a method without result, or sends a one-way message.
    /// - Throws: as ``remoteCall(on:target:invocation:throwing:returning:)``.
    public func remoteCallVoid<Act, Err>(
        on actor: Act,
        target: RemoteCallTarget,
        invocation: inout CallEncoder,
        throwing: Err.Type
    ) async throws where Act: DistributedActor, Act.ID == ActorAddress, Err: Error {
        let method = try methods.method(target, of: Act.self)
        if method.isOneWay {
            let link = try links.link(to: actor.id.member, on: method.lane)
            try await link.send(try message(method, actor.id, invocation.argument), deadline: deadline(method.lane))
        } else {
            _ = try await call(method, of: actor.id, invocation.argument)
        }
    }

    /// Queues a one-way message of the consensus lane without waiting for anything: for a sender whose turn must not be
    /// interrupted. It is what a call of the method does, but in the caller's turn, and so in the order of the caller.
    /// - Parameters:
    ///   - argument: the method's.
    ///   - method: the method's number in the callee's table.
    /// - Throws: ``ClusterError``: `unknownMethod` where the table has no such one-way method, `malformed` where the
    ///   argument does not encode, `frameTooLarge`, or `shutDown`.
    public func post<Callee: RemotelyCallable>(
        _ argument: some Codable & Sendable,
        to method: MethodNumber,
        of callee: Callee
    ) throws(ClusterError) where Callee.ID == ActorAddress {
        guard let description = Callee.remoteMethods.methods[method]?.description, description.isOneWay,
            description.lane == .consensus
        else {
            throw ClusterError(.unknownMethod, "\(Callee.self) lists no one-way method \(method) for consensus")
        }
        let bytes: [UInt8]
        do {
            bytes = try coding.encoder.encode(argument)
        } catch {
            throw ClusterError(.malformed, "the argument of \(description.name) does not encode", cause: error)
        }
        let link = try links.link(to: callee.id.member, on: .consensus)
        try link.post(try message(description, callee.id, bytes))
    }

    private func call(
        _ method: RemoteMethodDescription,
        of callee: ActorAddress,
        _ argument: [UInt8]?
    ) async throws -> [UInt8] {
        guard !method.isOneWay else {
            throw ClusterError(.unknownMethod, "\(method.name) is listed as one-way, but has a result")
        }
        let metrics = context.metrics[method.lane]
        metrics.calls.increment()
        let start = ContinuousClock.now
        do {
            let link = try links.link(to: callee.member, on: method.lane)
            let invocation = try message(method, callee, argument)
            let reply = try await link.call(invocation, deadline: deadline(method.lane))
            metrics.callDuration.record(duration: .now - start)
            switch reply {
            case .result(let bytes): return Array(buffer: bytes)
            case .failure(let failure): throw error(of: failure, in: method, from: callee)
            }
        } catch {
            metrics.failedCalls.increment()
            throw error
        }
    }

    private func message(
        _ method: RemoteMethodDescription,
        _ callee: ActorAddress,
        _ argument: [UInt8]?
    ) throws(ClusterError) -> Invocation {
        guard (argument != nil) == method.takesArgument else {
            throw ClusterError(.unknownMethod, "\(method.name) is listed with another number of arguments than it has")
        }
        return Invocation(actor: callee.actor, method: method.number, argument: ByteBuffer(bytes: argument ?? []))
    }

    private func deadline(_ lane: Lane) -> ContinuousClock.Instant {
        CallDeadline.current ?? .now.advanced(by: context.limits[lane].callTimeout)
    }

    private func error(
        of failure: CallFailure,
        in method: RemoteMethodDescription,
        from callee: ActorAddress
    ) -> any Error {
        switch failure {
        case .declared(let bytes):
            do {
                guard let decode = method.decodeFailure else {
                    return ClusterError(
                        .malformed, "\(callee) threw a declared error; \(method.name) declares none here")
                }
                return try decode(Array(buffer: bytes), coding.decoder)
            } catch {
                return ClusterError(.malformed, "the error that \(callee) threw does not decode", cause: error)
            }
        case .system(let code, let message, let number):
            let incident = number == 0 ? nil : IncidentIdentifier(rawValue: number)
            let error = ClusterError(
                ClusterError.Code(rawValue: code),
                incident.map { "\(message) (incident \($0))" } ?? message,
                incident: incident
            )
            if let incident {
                context.logger.warning(
                    "a remote call failed at the callee",
                    metadata: ["incident": "\(incident)", "callee": "\(callee)", "method": "\(method.name)"]
                )
            }
            return error
        }
    }
}
