public import ClusterTransport
public import Distributed
import Identity

/// What a department's node does for one-things, as its own department's systems and other departments call it.
///
/// Items and files go on the bulk lane, where some megabytes hold up nothing else.
public distributed actor OneThingGateway: RemotelyCallable {
    public typealias ActorSystem = ClusterSystem

    /// The name under which a node hosts the service.
    public static let name: ActorName = "onethings"

    public static let remoteMethods = RemoteMethods<OneThingGateway> {
        let callers: Set<Role> = [.client, .administrator]
        $0.method(1, "store(_:)", roles: callers, lane: .bulk, failure: OneThingServiceError.self) {
            try await $0.store($1)
        }
        $0.method(2, "fetch(_:)", roles: callers, lane: .bulk, failure: OneThingServiceError.self) {
            try await $0.fetch($1)
        }
        $0.method(3, "notices(_:)", roles: callers, failure: OneThingServiceError.self) {
            try await $0.notices($1)
        }
    }

    private let service: any OneThingService

    public init(service: any OneThingService, actorSystem: ClusterSystem) {
        self.service = service
        self.actorSystem = actorSystem
    }

    /// Keeps items and files.
    public distributed func store(_ message: StoreItemsMessage) async throws -> StoreItemsReply {
        try await service.store(message, caller: CallContext.current?.caller.member)
    }

    /// Gives out what a step needs.
    public distributed func fetch(_ message: FetchItemsMessage) async throws -> FetchItemsReply {
        try await service.fetch(message, caller: CallContext.current?.caller.member)
    }

    /// Tells what concerns the caller's department.
    public distributed func notices(_ question: NoticesQuestion) async throws -> NoticesReply {
        try await service.notices(question, caller: CallContext.current?.caller.member)
    }
}
