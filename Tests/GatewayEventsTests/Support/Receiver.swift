import Foundation
import GatewayEvents
import HTTPTypes
import Hummingbird
import HummingbirdCore
import HummingbirdTLS
import Logging
import NIOCore
import NIOSSL
import Synchronization

/// A receiver of webhooks on this machine: a real server, which can be killed and started again at the same place.
final class Receiver: Sendable {
    struct Received: Sendable {
        let headers: HTTPFields
        let body: [UInt8]

        var cursor: String {
            get throws {
                let json = try JSONSerialization.jsonObject(with: Data(body)) as? [String: Any]
                return json?["cursor"] as? String ?? ""
            }
        }

        subscript(name: String) -> String? { HTTPField.Name(name).flatMap { headers[$0] } }
    }

    struct Answer: Sendable {
        var status = 204
        var headers: HTTPFields = [:]
        var body: ResponseBody = ResponseBody()
    }

    private struct State {
        var received: [Received] = []
        var port = 0
        var task: Task<Void, any Error>?
    }

    private let state = Mutex(State())
    private let answer: @Sendable (Received, Int) async -> Answer
    private let security: TLSConfiguration?

    /// - Parameters:
    ///   - security: how it proves who it is; `nil` for a receiver without TLS.
    ///   - answer: what is answered to a delivery, with how many came before it.
    init(
        security: TLSConfiguration? = nil,
        answer: @escaping @Sendable (Received, Int) async -> Answer = { _, _ in Answer() }
    ) {
        self.security = security
        self.answer = answer
    }

    deinit { state.withLock { $0.task }?.cancel() }

    var received: [Received] { state.withLock { $0.received } }

    var cursors: [String] { get throws { try received.map { try $0.cursor } } }

    func address(_ path: String = "/hook") throws -> WebhookAddress {
        let place = security == nil ? "http://127.0.0.1" : "https://localhost"
        return try WebhookAddress("\(place):\(state.withLock { $0.port })\(path)")
    }

    /// Starts, at the place where it was before.
    func start() async throws {
        let router = Router()
        router.post("**") { [self] request, _ in
            let body = try await request.body.collect(upTo: 1 << 20)
            let received = Received(headers: request.headers, body: Array(body.readableBytesView))
            let count = state.withLock { state in
                state.received.append(received)
                return state.received.count - 1
            }
            let answer = await answer(received, count)
            return Response(
                status: HTTPResponse.Status(code: answer.status), headers: answer.headers, body: answer.body)
        }
        let (ports, started) = AsyncStream<Int>.makeStream()
        let logger = Logger(label: "receiver", factory: { _ in SwiftLogNoOpLogHandler() })
        let application = Application(
            router: router,
            server: try security.map { try .tls(.http1(), tlsConfiguration: $0) } ?? .http1(),
            configuration: ApplicationConfiguration(
                address: .hostname("127.0.0.1", port: state.withLock { $0.port })),
            onServerRunning: { started.yield($0.localAddress?.port ?? 0) }, logger: logger)
        let task = Task {
            defer { started.finish() }
            try await application.run()
        }
        state.withLock { $0.task = task }
        for await port in ports {
            state.withLock { $0.port = port }
            return
        }
        try await task.value
    }

    /// Is gone at once, whatever is on its way.
    func kill() async {
        let task = state.withLock { state in
            defer { state.task = nil }
            return state.task
        }
        task?.cancel()
        _ = await task?.result
    }
}

/// Waits until something is so, for as long as a slow machine may need.
func eventually(_ condition: () async throws -> Bool) async throws -> Bool {
    let clock = ContinuousClock()
    let end = clock.now.advanced(by: .seconds(60))
    while clock.now < end {
        if try await condition() { return true }
        try await clock.sleep(for: .milliseconds(5))
    }
    return false
}
