public import ClusterTransport
public import Distributed
import Identity

/// An owner's licence service as other nodes and clients call it.
///
/// Releases go on the bulk lane, where a file of some megabytes holds up nothing else.
public distributed actor LicenceGateway: RemotelyCallable {
    public typealias ActorSystem = ClusterSystem

    /// The name under which a node hosts the service.
    public static let name: ActorName = "licences"

    public static let remoteMethods = RemoteMethods<LicenceGateway> {
        let callers: Set<Role> = [.client, .administrator]
        $0.method(1, "release(_:)", roles: callers, lane: .bulk, failure: LicenceServiceError.self) {
            try await $0.release($1)
        }
        $0.method(2, "present(_:)", roles: callers, failure: LicenceServiceError.self) { try await $0.present($1) }
        $0.method(3, "scan(_:)", roles: callers, failure: LicenceServiceError.self) { try await $0.scan($1) }
        $0.method(4, "waitingScans(_:)", roles: callers, failure: LicenceServiceError.self) {
            try await $0.waitingScans($1)
        }
        $0.method(5, "confirm(_:)", roles: callers, failure: LicenceServiceError.self) { try await $0.confirm($1) }
        $0.method(6, "confirmation(_:)", roles: callers, failure: LicenceServiceError.self) {
            try await $0.confirmation($1)
        }
        $0.method(7, "destroy(_:)", roles: callers, failure: LicenceServiceError.self) { try await $0.destroy($1) }
    }

    private let service: any LicenceService

    public init(service: any LicenceService, actorSystem: ClusterSystem) {
        self.service = service
        self.actorSystem = actorSystem
    }

    /// Releases what a decision allows.
    public distributed func release(_ message: ReleaseMessage) async throws -> ReleaseReply {
        try await service.release(message, caller: CallContext.current?.caller.member)
    }

    /// Makes a presentation.
    public distributed func present(_ message: PresentationMessage) async throws -> PresentationReply {
        try await service.present(message)
    }

    /// Takes in who scans.
    public distributed func scan(_ message: ScanMessage) async throws -> ScanReply {
        try await service.scan(message, caller: CallContext.current?.caller.member)
    }

    /// The scans that wait for the holder.
    public distributed func waitingScans(_ question: ScanQuestion) async throws -> WaitingScans {
        try await service.waitingScans(question)
    }

    /// Takes in the holder's answer.
    public distributed func confirm(_ message: ConfirmationMessage) async throws {
        try await service.confirm(message)
    }

    /// The holder's answer, for the scanner.
    public distributed func confirmation(_ question: ScanQuestion) async throws -> ConfirmationReply {
        try await service.confirmation(question, caller: CallContext.current?.caller.member)
    }

    /// Destroys what the vault holds of a licence that was taken down.
    public distributed func destroy(_ message: DestructionMessage) async throws -> DestructionReply {
        try await service.destroy(message, caller: CallContext.current?.caller.member)
    }
}
