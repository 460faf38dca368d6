public import Console
import Formats
import GatewayAccess
import HTTPTypes
import Hummingbird
import Identity
import Ledger
import Licences
import NIOCore
import Nodes

extension GatewayContext: ConsoleRequestContext {
    /// Who looks at a page: nobody's name is in it, but for the name that a member or an account has on purpose.
    public var visitor: Visitor {
        let name: String? =
            switch principal.kind {
            case .anonymous: nil
            case .member(let member): member.description
            case .application(let application): application.text
            case .person: principal.identifier
            case .account(let account): account.rawValue
            }
        return Visitor(
            name: name, department: principal.department,
            entitlements: Set(principal.entitlements.map(\.rawValue)), formToken: session?.formToken,
            session: sessionCookie, address: source)
    }
}

/// The node and the gateway, as the console asks them.
struct ConsoleBridge: ConsoleInspection, ConsoleAccess {
    let services: GatewayServices
    let door: any Door
    let load: GatewayLoad
    /// Whether cookies may only come back by TLS.
    let isSecure: Bool

    func health() async throws -> NodeHealth { await services.inspection.health() }

    func block(at height: Height) async throws -> InspectedBlock? {
        guard let block = try await services.inspection.block(at: height) else { return nil }
        return InspectedBlock(block, finalization: try await services.inspection.finalization(at: height))
    }

    func members() async -> [InspectedMember] {
        await services.validators().map { InspectedMember($0.member, status: $0.status) }
    }

    func gateway() async -> GatewayStanding {
        GatewayStanding(
            queues: [
                .init("requests", count: load.requests, limit: GatewayLimits.requestCount),
                .init("streams", count: services.streams.count, limit: GatewayLimits.streamCount),
                .init("proofs", count: services.proofs.count, limit: GatewayLimits.proofCount),
            ],
            lockouts: await door.lockouts().map { .init($0.subject, until: $0.until) })
    }

    var hasPlatform: Bool { door.hasPlatform }

    func logIn(name: String, password: String, from address: String?) async -> LogInOutcome {
        do throws(AccessError) {
            let ticket = try await door.logIn(name: name, password: password, from: address ?? "unknown")
            return .accepted(cookie: SessionCookie.field(ticket.cookie, isSecure: isSecure))
        } catch {
            guard let seconds = error.retryAfterSeconds else { return .refused }
            return .locked(until: services.clock.now.advanced(by: .seconds(seconds)))
        }
    }

    func logOut(_ visitor: Visitor) async -> LogOutOutcome {
        let cookie = SessionCookie.field(nil, isSecure: isSecure)
        guard let session = visitor.session else { return LogOutOutcome(cookie: cookie) }
        return LogOutOutcome(cookie: cookie, platform: await door.logOut(session: session))
    }
}

/// The console as pages of a gateway.
struct ConsolePages: Sendable {
    private let console: Console

    /// - Throws: `ConsoleStartError` where the program was installed in part.
    init(_ bridge: ConsoleBridge) throws {
        let services = bridge.services
        console = try Console(
            ConsoleServices(
                client: services.client, dataPath: services.dataPath, heights: services.heights,
                clock: services.clock, inspection: bridge, access: bridge))
    }

    func addRoutes(to router: Router<GatewayContext>) { console.addRoutes(to: router) }

    /// What people get to see in the place of problem details.
    func failure(_ status: HTTPResponse.Status, _ request: Request, _ context: GatewayContext) async -> Response {
        await console.failure(status, request, context)
    }
}
