public import Distributed

/// A distributed actor that other nodes may call, by the methods that its table lists and no others.
///
/// ```swift
/// distributed actor Gateway: RemotelyCallable {
///     typealias ActorSystem = ClusterSystem
///
///     static let remoteMethods = RemoteMethods<Gateway> {
///         $0.method(1, "submit(_:)", roles: [.client], lane: .requests, failure: GatewayError.self) {
///             try await $0.submit($1)
///         }
///         $0.oneWay(2, "deliver(_:)", roles: [.validator], lane: .consensus) { try await $0.deliver($1) }
///     }
///
///     distributed func submit(_ transaction: Transaction) throws -> Receipt { ... }
///     distributed func deliver(_ vote: Vote) { ... }
/// }
/// ```
///
/// A remote method takes no argument or exactly one, the message; it is not generic. Its number is what travels and
/// never changes its meaning; names are for this side of the wire only.
public protocol RemotelyCallable: DistributedActor where ActorSystem == ClusterSystem {
    /// Every method that another node may call.
    static var remoteMethods: RemoteMethods<Self> { get }
}
