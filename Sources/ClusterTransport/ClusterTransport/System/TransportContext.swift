import Identity
import Logging
import NIOCore

/// What every link and connection of one system shares.
struct TransportContext: Sendable {
    let member: MemberName
    /// Random, one for each start of a process.
    let instance: UInt64
    let realm: Digest
    let limits: TransportLimits
    let credentials: Credentials
    let peers: PeerTable
    let metrics: TransportMetrics
    let logger: Logger
    let group: any EventLoopGroup
    /// 64 random bits at each call.
    let randomBits: @Sendable () -> UInt64

    func hello(on lane: Lane) -> Hello {
        Hello(
            lane: lane,
            instance: instance,
            realm: realm,
            maximumConcurrentCalls: UInt32(clamping: limits[lane].maximumConcurrentCalls)
        )
    }
}
