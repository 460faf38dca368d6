package import NIOCore

/// When a connection last heard and said something, and what follows from it. Time is handed in.
package struct Heartbeat {
    package enum Action: Equatable {
        case nothing
        /// Say something, so that the peer knows that this side lives, or hear that the peer does.
        case ping
        /// The peer has been silent for too long.
        case dead
    }

    private let interval: TimeAmount
    private let silence: TimeAmount
    private var lastReceived: NIODeadline
    private var lastSent: NIODeadline

    package init(limits: TransportLimits, now: NIODeadline) {
        interval = TimeAmount(limits.heartbeatInterval)
        silence = TimeAmount(limits.silenceTimeout)
        lastReceived = now
        lastSent = now
    }

    package mutating func received(at now: NIODeadline) { lastReceived = now }

    package mutating func sent(at now: NIODeadline) { lastSent = now }

    /// What to do at one tick; ticks come once per interval.
    package func tick(at now: NIODeadline) -> Action {
        if now - lastReceived >= silence { return .dead }
        // Half an interval of slack: a tick that comes a little early must not skip a whole one.
        let due = TimeAmount.nanoseconds(interval.nanoseconds / 2)
        return now - lastReceived >= due || now - lastSent >= due ? .ping : .nothing
    }
}
