import CoreMetrics
import Identity
import Logging
import NIOCore

/// Carries out what peers ask for.
struct Dispatcher: Sendable {
    let registry: ActorRegistry
    let coding: InvocationCoding
    let member: MemberName
    let limits: TransportLimits
    let metrics: TransportMetrics
    let logger: Logger
    let randomBits: @Sendable () -> UInt64

    /// Calls the method and gives the frame that answers the call: exactly one, whatever happens.
    func answer(
        _ number: CallNumber,
        _ method: BoundMethod,
        _ invocation: Invocation,
        context: CallContext,
        lane: Lane
    ) async -> Frame {
        metrics[lane].servedCalls.increment()
        do {
            let result = try await CallContext.$current.withValue(context) {
                try await CallDeadline.$current.withValue(context.deadline) {
                    try await method.invoke(Array(buffer: invocation.argument), coding)
                }
            }
            let maximum = limits[lane].maximumFrameBytes
            // Version, kind and number stand before the result.
            guard result.count + 16 <= maximum else {
                throw ClusterError(.frameTooLarge, "the result has \(result.count) bytes; '\(lane)' takes \(maximum)")
            }
            return .reply(number, ByteBuffer(bytes: result))
        } catch {
            if let declared = method.encodeFailure(error, coding.encoder) {
                return .failure(number, .declared(ByteBuffer(bytes: declared)))
            }
            return .failure(number, failure(of: error, in: method, invocation, context.caller.member))
        }
    }

    /// Calls a method that nobody waits for.
    func carryOut(_ method: BoundMethod, _ invocation: Invocation, context: CallContext, lane: Lane) async {
        metrics[lane].servedCalls.increment()
        do {
            _ = try await CallContext.$current.withValue(context) {
                try await method.invoke(Array(buffer: invocation.argument), coding)
            }
        } catch {
            logger.warning(
                "a one-way message failed",
                metadata: [
                    "actor": "\(invocation.actor)", "method": "\(method.description.name)",
                    "caller": "\(context.caller.member)", "error": "\(error)",
                ]
            )
        }
    }

    /// The failure of a call that was refused before it was carried out.
    static func refusal(_ error: ClusterError) -> CallFailure {
        .system(code: error.code.rawValue, message: error.message, incident: 0)
    }

    /// Faults of the message are told; what the method threw without declaring it stays here, under a number.
    private func failure(
        of error: any Error,
        in method: BoundMethod,
        _ invocation: Invocation,
        _ caller: MemberName
    ) -> CallFailure {
        if let error = error as? ClusterError, error.code == .malformed || error.code == .frameTooLarge {
            return Self.refusal(error)
        }
        let incident = IncidentIdentifier(rawValue: randomBits())
        logger.error(
            "a remote call failed",
            metadata: [
                "incident": "\(incident)", "actor": "\(invocation.actor)", "method": "\(method.description.name)",
                "caller": "\(caller)", "error": "\(error)",
            ]
        )
        return .system(
            code: ClusterError.Code.remoteFailure.rawValue,
            message: "\(method.description.name) of '\(invocation.actor)' failed at \(member); see its log",
            incident: incident.rawValue
        )
    }
}
