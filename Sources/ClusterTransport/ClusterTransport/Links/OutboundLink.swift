import CoreMetrics
import Identity
import Logging
import NIOCore
import NIOPosix
import NIOSSL
import Synchronization

/// This node's way to one peer on one lane: at most one connection that takes new calls, dialled when it is first
/// needed and again, after a pause, when it is lost.
///
/// The decisions are ``LinkState``'s; this class holds its lock and does what it says.
final class OutboundLink: Sendable {
    private struct Guarded {
        var state: LinkState
        var connections: [ConnectionNumber: OutboundConnection.Handle] = [:]
    }

    let peer: MemberName
    let lane: Lane
    let context: TransportContext
    private let loop: any EventLoop
    private let lastCall = Atomic<UInt64>(0)
    private let guarded: Mutex<Guarded>

    init(peer: MemberName, lane: Lane, context: TransportContext) {
        self.peer = peer
        self.lane = lane
        self.context = context
        loop = context.group.next()
        guarded = Mutex(Guarded(state: LinkState(lane: lane, limits: context.limits)))
    }

    // MARK: Callers

    /// Sends a call and waits for its answer.
    /// - Throws: ``ClusterError``, or `CancellationError` when the task is cancelled.
    func call(_ invocation: Invocation, deadline: ContinuousClock.Instant) async throws -> CallReply {
        let number = nextNumber()
        let remaining = deadline - .now
        let milliseconds = UInt32(clamping: max(0, remaining / .milliseconds(1)).rounded(.up).clampedToInt)
        let entry = try entry(number, .call(number, invocation, timeoutMilliseconds: milliseconds))
        return try await suspend(number) { state, continuation in
            state.begin(entry, deadline: .now() + TimeAmount(remaining), continuation)
        }
    }

    /// Queues a one-way message; on the consensus lane at once, on others when there is room.
    /// - Throws: ``ClusterError``, or `CancellationError` when the task is cancelled.
    func send(_ invocation: Invocation, deadline: ContinuousClock.Instant) async throws {
        if lane == .consensus { return try post(invocation) }
        let number = nextNumber()
        let entry = try entry(number, .oneWay(invocation))
        let timeout = TimeAmount(deadline - .now)
        _ = try await suspend(number) { state, continuation in
            state.send(entry, deadline: .now() + timeout, continuation)
        }
    }

    /// Queues a one-way message at once, at the cost of the oldest ones where there is no room.
    /// - Throws: ``ClusterError`` with code `frameTooLarge` or `shutDown`.
    func post(_ invocation: Invocation) throws(ClusterError) {
        let entry = try entry(nextNumber(), .oneWay(invocation))
        let sent = guarded.withLock { guarded in
            Result { () throws(ClusterError) in try guarded.state.sendDroppingOldest(entry) }
        }
        perform(try sent.get())
    }

    private func suspend(
        _ number: CallNumber,
        _ begin: (inout LinkState, LinkState.Continuation) -> LinkState.Effects
    ) async throws -> CallReply {
        try await withTaskCancellationHandler {
            try await withCheckedThrowingContinuation { continuation in
                perform(guarded.withLock { begin(&$0.state, continuation) })
                // The handler below may have run before there was anything to cancel.
                if Task.isCancelled { cancel(number) }
            }
        } onCancel: {
            cancel(number)
        }
    }

    private func cancel(_ number: CallNumber) {
        let (effects, handle) = guarded.withLock { guarded in
            let (effects, connection) = guarded.state.cancel(number)
            return (effects, connection.flatMap { guarded.connections[$0] })
        }
        perform(effects)
        handle?.cancel(number)
    }

    private func nextNumber() -> CallNumber {
        CallNumber(rawValue: lastCall.wrappingAdd(1, ordering: .relaxed).newValue)
    }

    private func entry(_ number: CallNumber, _ frame: Frame) throws(ClusterError) -> OutboundQueue.Entry {
        let bytes = FrameWriter.bytes(of: frame)
        let length = bytes.readableBytes - FrameAssembler.lengthByteCount
        let maximum = context.limits[lane].maximumFrameBytes
        guard length <= maximum else {
            throw ClusterError(
                .frameTooLarge,
                "the message to \(peer) has \(length) bytes; the lane '\(lane)' takes \(maximum)"
            )
        }
        return OutboundQueue.Entry(number: number, frame: bytes)
    }

    // MARK: The system

    /// Connects now and again after each loss, whether or not anything is to be sent.
    func keepConnected() { perform(guarded.withLock { $0.state.keepConnected() }) }

    func release() { guarded.withLock { $0.state.release() } }

    /// Has new calls use a new connection; the present one closes when the calls under way are answered.
    func drain() {
        perform(
            guarded.withLock { guarded in
                guarded.state.currentConnection.map { guarded.state.drain($0) } ?? LinkState.Effects()
            }
        )
    }

    /// Closes every connection whose peer may no longer speak.
    func recheckPeer() {
        for handle in guarded.withLock({ Array($0.connections.values) }) { handle.recheckPeer() }
    }

    func shutDown() { perform(guarded.withLock { $0.state.shutDown() }) }

    // MARK: Connections

    func opened(_ number: ConnectionNumber, _ handle: OutboundConnection.Handle, maximumCalls: Int) {
        context.peers.connected(to: peer)
        perform(
            guarded.withLock { guarded in
                guarded.connections[number] = handle
                return guarded.state.connected(number, maximumCalls: maximumCalls)
            }
        )
    }

    func closed(_ number: ConnectionNumber, _ error: ClusterError) {
        let random = context.randomBits()
        let (effects, wasOpen) = guarded.withLock { guarded in
            let wasOpen = guarded.connections.removeValue(forKey: number) != nil
            return (guarded.state.closed(number, error, random: random), wasOpen)
        }
        if wasOpen { context.peers.disconnected(from: peer) } else { context.peers.dialFailed(peer) }
        if error.code == .identityInUse { context.peers.identityInUse(accordingTo: peer, now: .now()) }
        perform(effects)
    }

    /// The callee takes no more calls on this connection.
    func goodbye(_ number: ConnectionNumber) { perform(guarded.withLock { $0.state.drain(number) }) }

    func nextFrames(of number: ConnectionNumber, maximumBytes: Int) -> [ByteBuffer] {
        let (frames, effects) = guarded.withLock { $0.state.nextFrames(of: number, maximumBytes: maximumBytes) }
        perform(effects)
        return frames
    }

    func answered(_ call: CallNumber, with reply: CallReply, on number: ConnectionNumber) throws(ClusterError) {
        let result = guarded.withLock { guarded in
            Result { () throws(ClusterError) in try guarded.state.answered(call, with: reply, on: number) }
        }
        perform(try result.get())
    }

    // MARK: Effects

    private func perform(_ effects: LinkState.Effects) {
        for (continuation, result) in effects.resumptions { continuation.resume(with: result) }
        if effects.droppedMessages > 0 { context.metrics[lane].droppedMessages.increment(by: effects.droppedMessages) }
        for number in effects.close { handle(number)?.close() }
        if let number = effects.dial { dial(number) }
        if let pause = effects.pause {
            loop.scheduleTask(in: TimeAmount(pause)) { self.perform(self.guarded.withLock { $0.state.pauseEnded() }) }
        }
        if let number = effects.wake { handle(number)?.wake() }
        if let expiry = effects.expiry { loop.scheduleTask(deadline: expiry) { self.expire() } }
    }

    private func handle(_ number: ConnectionNumber) -> OutboundConnection.Handle? {
        guarded.withLock { $0.connections[number] }
    }

    private func expire() {
        let (effects, sent) = guarded.withLock { guarded in
            let (effects, sent) = guarded.state.expire(at: .now(), peer: peer)
            return (effects, sent.map { ($0.0, guarded.connections[$0.1]) })
        }
        perform(effects)
        for (number, handle) in sent { handle?.cancel(number) }
    }

    private func dial(_ number: ConnectionNumber) {
        guard let address = context.peers.address(of: peer) else {
            closed(number, ClusterError(.unreachable, "no address of \(peer) is known; add it to the address book"))
            return
        }
        context.metrics.dials.increment()
        let bootstrap = ClientBootstrap(group: context.group)
            .channelOption(.socketOption(.tcp_nodelay), value: 1)
            .channelOption(.writeBufferWaterMark, value: OutboundConnection.waterMark(context.limits))
            .connectTimeout(TimeAmount(context.limits.handshakeTimeout))
            .channelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    let verifier = PeerVerifier(credentials: self.context.credentials, expecting: self.peer)
                    let tls = try NIOSSLClientHandler(
                        context: try self.context.credentials.material().clientContext(),
                        serverHostname: nil,
                        customVerificationCallback: { $1.succeed(verifier.verify($0)) }
                    )
                    let connection = OutboundConnection(link: self, number: number, verifier: verifier)
                    try channel.pipeline.syncOperations.addHandlers([tls, connection])
                }
            }
        bootstrap.connect(host: address.host, port: Int(address.port)).whenFailure { error in
            // Where the channel came to be, its handler has reported already, and this second report changes nothing.
            self.closed(
                number,
                ClusterError(.unreachable, "\(self.peer) does not answer at \(address); is it running?", cause: error)
            )
        }
    }
}

extension Double {
    /// The integer part, or the nearest integer that there is.
    fileprivate var clampedToInt: Int { self >= Double(Int.max) ? .max : Int(self) }
}
