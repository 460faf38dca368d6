import Identity
import NIOCore

/// The number of a connection of one link, in the order of dialling.
struct ConnectionNumber: Hashable, Sendable {
    let rawValue: UInt64
}

/// How a call ended at the callee.
enum CallReply: Sendable {
    case result(ByteBuffer)
    case failure(CallFailure)
}

/// What a link does and waits for: a value without threads, sockets and clocks. ``OutboundLink`` drives it under its
/// lock and carries the ``Effects`` out.
struct LinkState {
    typealias Continuation = CheckedContinuation<CallReply, any Error>

    /// What the driver has to do, in this order: resume, close, dial or pause, wake.
    struct Effects {
        var resumptions: [(Continuation, Result<CallReply, any Error>)] = []
        var close: [ConnectionNumber] = []
        var dial: ConnectionNumber?
        var pause: Duration?
        /// The connection whose event loop has something to send.
        var wake: ConnectionNumber?
        /// When to look for expired calls, where nobody looks earlier.
        var expiry: NIODeadline?
        var droppedMessages = 0
    }

    private enum Phase {
        case idle
        case dialling(ConnectionNumber)
        case connected(ConnectionNumber)
        case pausing
        case shutDown
    }

    private struct Waiter {
        let continuation: Continuation
        let deadline: NIODeadline
    }

    /// What is under way on one connection.
    private struct Flight {
        /// Calls that were sent and not answered; a cancelled one stays until its answer comes, for the callee counts
        /// it too.
        var calls: Set<CallNumber> = []
        let maximumCalls: Int
    }

    private let lane: Lane
    private let limits: TransportLimits
    private var phase = Phase.idle
    private var lastConnection: UInt64 = 0
    private var flights: [ConnectionNumber: Flight] = [:]
    private var waiters: [CallNumber: Waiter] = [:]
    private var calls: OutboundQueue
    private var oneWays: OutboundQueue
    private var backoff: Backoff
    private var isAwake = false
    private var nextExpiry: NIODeadline?
    /// Whether the connection is kept although nothing waits for it, so that its loss is noticed.
    private var isPermanent = false
    /// Whether nothing but calls keeps the connection, even on the consensus lane.
    private var isReleased = false

    init(lane: Lane, limits: TransportLimits) {
        self.lane = lane
        self.limits = limits
        calls = OutboundQueue(maximumBytes: limits[lane].maximumQueuedBytes)
        oneWays = OutboundQueue(maximumBytes: limits[lane].maximumQueuedBytes)
        backoff = Backoff(limits: limits)
    }

    // MARK: Callers

    mutating func begin(_ entry: OutboundQueue.Entry, deadline: NIODeadline, _ continuation: Continuation) -> Effects {
        var effects = Effects()
        guard !refuseAfterShutdown(continuation, &effects) else { return effects }
        wait(entry.number, deadline, continuation, &effects)
        _ = calls.append(entry)
        connectOrWake(&effects)
        return effects
    }

    /// A one-way message that waits for room; its continuation gets an empty result when it has it.
    mutating func send(_ entry: OutboundQueue.Entry, deadline: NIODeadline, _ continuation: Continuation) -> Effects {
        var effects = Effects()
        guard !refuseAfterShutdown(continuation, &effects) else { return effects }
        if oneWays.append(entry) {
            effects.resumptions.append((continuation, .success(.result(ByteBuffer()))))
        } else {
            wait(entry.number, deadline, continuation, &effects)
        }
        connectOrWake(&effects)
        return effects
    }

    /// A one-way message that takes the place of older ones where there is no room.
    mutating func sendDroppingOldest(_ entry: OutboundQueue.Entry) throws(ClusterError) -> Effects {
        var effects = Effects()
        if case .shutDown = phase { throw Self.shutDownError }
        effects.droppedMessages = oneWays.appendDroppingOldest(entry)
        connectOrWake(&effects)
        return effects
    }

    /// - Returns: what to do, and the connection on which the callee has to be told.
    mutating func cancel(_ number: CallNumber) -> (Effects, ConnectionNumber?) {
        var effects = Effects()
        guard let waiter = waiters.removeValue(forKey: number) else { return (effects, nil) }
        effects.resumptions.append((waiter.continuation, .failure(CancellationError())))
        if let connection = connection(of: number) { return (effects, connection) }
        removeQueued([number], &effects)
        return (effects, nil)
    }

    /// - Returns: what to do, and the calls that the callee has to be told to give up.
    mutating func expire(at now: NIODeadline, peer: MemberName) -> (Effects, [(CallNumber, ConnectionNumber)]) {
        var effects = Effects()
        nextExpiry = nil
        let expired = waiters.filter { $0.value.deadline <= now }
        var sent: [(CallNumber, ConnectionNumber)] = []
        var queued: Set<CallNumber> = []
        for (number, waiter) in expired {
            waiters[number] = nil
            let text: String
            if let connection = connection(of: number) {
                sent.append((number, connection))
                text = "did not answer in time; it may carry the call out yet"
            } else {
                queued.insert(number)
                text = "could not be sent the call in time"
            }
            let error = ClusterError(.deadlineExceeded, "\(peer) \(text)")
            effects.resumptions.append((waiter.continuation, .failure(error)))
        }
        if !queued.isEmpty { removeQueued(queued, &effects) }
        if let next = waiters.values.map(\.deadline).min() { scheduleExpiry(next, &effects) }
        return (effects, sent)
    }

    // MARK: Connections

    /// Keeps a connection from now on, whether or not anything is to be sent.
    mutating func keepConnected() -> Effects {
        var effects = Effects()
        isPermanent = true
        isReleased = false
        connectOrWake(&effects)
        return effects
    }

    /// Makes no connection again when this one is gone, unless something is to be sent.
    mutating func release() {
        isPermanent = false
        isReleased = true
    }

    mutating func connected(_ connection: ConnectionNumber, maximumCalls: Int) -> Effects {
        var effects = Effects()
        guard case .dialling(connection) = phase else {
            effects.close.append(connection)
            return effects
        }
        phase = .connected(connection)
        flights[connection] = Flight(maximumCalls: max(1, maximumCalls))
        if lane == .consensus, !isReleased { isPermanent = true }
        backoff.reset()
        isAwake = false
        connectOrWake(&effects)
        return effects
    }

    /// The connection is gone, or never came to be; `error` is for those who waited for it.
    mutating func closed(_ connection: ConnectionNumber, _ error: ClusterError, random: UInt64) -> Effects {
        var effects = Effects()
        for number in flights.removeValue(forKey: connection)?.calls ?? [] { fail(number, error, &effects) }
        switch phase {
        case .dialling(connection):
            // Whoever waits for a peer that does not answer learns it now and can turn to another.
            for number in calls.removeAll() + oneWays.removeWaiting() { fail(number, error, &effects) }
        case .connected(connection):
            break
        default:
            return effects
        }
        phase = .idle
        if lane == .consensus, !isReleased { isPermanent = true }
        guard isPermanent || hasWork else { return effects }
        phase = .pausing
        effects.pause = backoff.next(random: random)
        return effects
    }

    mutating func pauseEnded() -> Effects {
        var effects = Effects()
        guard case .pausing = phase else { return effects }
        phase = .idle
        if isPermanent || hasWork { dial(&effects) }
        return effects
    }

    /// No new calls on this connection; it closes when those under way are answered.
    mutating func drain(_ connection: ConnectionNumber) -> Effects {
        var effects = Effects()
        guard case .connected(connection) = phase else { return effects }
        phase = .idle
        if flights[connection]?.calls.isEmpty == true { effects.close.append(connection) }
        if isPermanent || hasWork { dial(&effects) }
        return effects
    }

    var currentConnection: ConnectionNumber? {
        guard case .connected(let connection) = phase else { return nil }
        return connection
    }

    mutating func shutDown() -> Effects {
        var effects = Effects()
        phase = .shutDown
        effects.close = flights.keys.sorted { $0.rawValue < $1.rawValue }
        _ = calls.removeAll()
        _ = oneWays.removeAll()
        for waiter in waiters.values { effects.resumptions.append((waiter.continuation, .failure(Self.shutDownError))) }
        waiters = [:]
        return effects
    }

    // MARK: Traffic of a connection

    /// The next frames to write, about `maximumBytes` of them; none puts the connection to sleep until it is woken.
    mutating func nextFrames(of connection: ConnectionNumber, maximumBytes: Int) -> ([ByteBuffer], Effects) {
        var effects = Effects()
        var frames: [ByteBuffer] = []
        var byteCount = 0
        guard case .connected(connection) = phase else { return ([], effects) }
        while byteCount < maximumBytes, let frame = nextFrame(of: connection, &effects) {
            byteCount += frame.readableBytes
            frames.append(frame)
        }
        isAwake = !frames.isEmpty
        return (frames, effects)
    }

    /// - Throws: ``ClusterError`` with code `malformed` for an answer to what was not asked.
    mutating func answered(
        _ number: CallNumber,
        with reply: CallReply,
        on connection: ConnectionNumber
    ) throws(ClusterError) -> Effects {
        var effects = Effects()
        guard flights[connection]?.calls.remove(number) != nil else {
            throw ClusterError(.malformed, "the peer answers a call that nobody made")
        }
        if let waiter = waiters.removeValue(forKey: number) {
            effects.resumptions.append((waiter.continuation, .success(reply)))
        }
        if flights[connection]?.calls.isEmpty == true, currentConnection != connection {
            effects.close.append(connection)
        }
        return effects
    }

    // MARK: Parts

    private static let shutDownError = ClusterError(.shutDown, "the cluster system was shut down")

    private var hasWork: Bool { !calls.isEmpty || !oneWays.isEmpty }

    private mutating func nextFrame(of connection: ConnectionNumber, _ effects: inout Effects) -> ByteBuffer? {
        guard let flight = flights[connection] else { return nil }
        let call = flight.calls.count < flight.maximumCalls ? calls.first : nil
        let takesCall =
            switch (call, oneWays.first) {
            case (let call?, let oneWay?): call.rawValue < oneWay.rawValue
            case (_?, nil): true
            case (nil, _): false
            }
        if takesCall {
            guard let entry = calls.popFirst(admit: { _ in }) else { return nil }
            flights[connection]?.calls.insert(entry.number)
            return entry.frame
        }
        var admitted: [CallNumber] = []
        let entry = oneWays.popFirst { admitted.append($0) }
        admit(admitted, &effects)
        return entry?.frame
    }

    private mutating func admit(_ numbers: [CallNumber], _ effects: inout Effects) {
        for number in numbers {
            guard let waiter = waiters.removeValue(forKey: number) else { continue }
            effects.resumptions.append((waiter.continuation, .success(.result(ByteBuffer()))))
        }
    }

    private mutating func removeQueued(_ numbers: Set<CallNumber>, _ effects: inout Effects) {
        calls.remove(numbers) { _ in }
        var admitted: [CallNumber] = []
        oneWays.remove(numbers) { admitted.append($0) }
        admit(admitted, &effects)
    }

    private func connection(of number: CallNumber) -> ConnectionNumber? {
        flights.first { $0.value.calls.contains(number) }?.key
    }

    private mutating func refuseAfterShutdown(_ continuation: Continuation, _ effects: inout Effects) -> Bool {
        guard case .shutDown = phase else { return false }
        effects.resumptions.append((continuation, .failure(Self.shutDownError)))
        return true
    }

    private mutating func fail(_ number: CallNumber, _ error: ClusterError, _ effects: inout Effects) {
        guard let waiter = waiters.removeValue(forKey: number) else { return }
        effects.resumptions.append((waiter.continuation, .failure(error)))
    }

    private mutating func wait(
        _ number: CallNumber,
        _ deadline: NIODeadline,
        _ continuation: Continuation,
        _ effects: inout Effects
    ) {
        waiters[number] = Waiter(continuation: continuation, deadline: deadline)
        scheduleExpiry(deadline, &effects)
    }

    private mutating func scheduleExpiry(_ deadline: NIODeadline, _ effects: inout Effects) {
        if let nextExpiry, nextExpiry <= deadline { return }
        nextExpiry = deadline
        effects.expiry = deadline
    }

    private mutating func connectOrWake(_ effects: inout Effects) {
        switch phase {
        case .idle:
            dial(&effects)
        case .connected(let connection):
            guard !isAwake, hasWork else { return }
            isAwake = true
            effects.wake = connection
        case .dialling, .pausing, .shutDown:
            break
        }
    }

    private mutating func dial(_ effects: inout Effects) {
        lastConnection += 1
        let connection = ConnectionNumber(rawValue: lastConnection)
        phase = .dialling(connection)
        effects.dial = connection
    }
}
