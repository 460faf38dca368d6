import AsyncHTTPClient
import Foundation
import Logging
import NIOCore
import NIOHTTP1
import NIOSSL
import Synchronization

/// How a node reaches receivers.
public struct WebhookConfiguration: Sendable {
    /// Which addresses may be reached.
    public var rule: WebhookAddressRule
    /// A file of certificates in PEM by which receivers are known; those of the system where `nil`.
    public var trustRootsPath: String?

    public init(rule: WebhookAddressRule = WebhookAddressRule(), trustRootsPath: String? = nil) {
        (self.rule, self.trustRootsPath) = (rule, trustRootsPath)
    }
}

/// One delivery, as it is sent.
struct WebhookDelivery: Sendable {
    /// The same however often it is sent, for receivers to count what came twice.
    let identifier: String
    let type: EventType
    let body: [UInt8]
    let signature: String

    static func identifier(_ subscription: WebhookIdentifier, _ cursor: EventCursor) -> String {
        "\(subscription).\(cursor)"
    }
}

/// Sends deliveries to one receiver, for one turn: its name is looked up once, the address that was checked is the one
/// that is connected to, and nothing that the receiver answers leads anywhere else.
struct WebhookSender: Sendable {
    let address: WebhookAddress
    private let client: HTTPClient
    private let limits: WebhookLimits
    private let logger: Logger

    /// Looks the receiver up.
    /// - Parameter attempt: which try it is, so that a receiver of several addresses is tried at another one.
    /// - Throws: ``DeliveryRefused``.
    init(
        _ address: WebhookAddress, attempt: Int, configuration: WebhookConfiguration, limits: WebhookLimits,
        logger: Logger
    ) async throws {
        (self.address, self.limits, self.logger) = (address, limits, logger)
        let found = try await AddressLookup.addresses(of: address.host)
        let allowed = found.filter { candidate in
            configuration.rule.allows(candidate)
                && (address.isSecure || WebhookAddressRule.isLoopback(candidate))
        }
        guard !allowed.isEmpty else {
            throw DeliveryRefused(
                DeliveryFailure(
                    .address,
                    found.isEmpty
                        ? "the receiver's name has no address"
                        : "the receiver is at \(found[0]), which webhooks may not reach: private and public addresses "
                            + "are reached by https, and others not at all"))
        }
        var settings = HTTPClient.Configuration(
            redirectConfiguration: .disallow,
            timeout: HTTPClient.Configuration.Timeout(
                connect: .nanoseconds(limits.connectTime.nanoseconds),
                read: .nanoseconds(limits.deliveryTime.nanoseconds),
                write: .nanoseconds(limits.deliveryTime.nanoseconds)),
            proxy: nil, decompression: .disabled)
        var tls = TLSConfiguration.makeClientConfiguration()
        tls.minimumTLSVersion = .tlsv12
        if let path = configuration.trustRootsPath { tls.trustRoots = .file(path) }
        settings.tlsConfiguration = tls
        settings.httpVersion = .http1Only
        settings.connectionPool.retryConnectionEstablishment = false
        // What was checked is what is connected to, whatever the name means by then; TLS still checks the name.
        settings.dnsOverride = [address.host: "\(allowed[attempt % allowed.count])"]
        client = HTTPClient(eventLoopGroup: HTTPClient.defaultEventLoopGroup, configuration: settings)
    }

    /// Ends the connection.
    func close() async throws { try await client.shutdown() }

    /// Sends one delivery.
    ///
    /// What counts is the status that the receiver answers with. The answer's body is read to its end where that comes
    /// soon, so that the connection can be used again, and is cut off where it does not.
    /// - Returns: why it has not arrived; `nil` where it has.
    func send(_ delivery: WebhookDelivery) async throws -> DeliveryFailure? {
        let verdict = Verdict()
        return try await withThrowingTaskGroup(of: DeliveryFailure?.self) { group in
            group.addTask { try await exchange(delivery, verdict) }
            group.addTask {
                // The network's own time, as that of the connection's time-outs.
                try await ContinuousClock().sleep(for: limits.deliveryTime)
                return verdict.failure
            }
            defer { group.cancelAll() }
            return try await group.next() ?? verdict.failure
        }
    }

    /// What is known of a delivery so far.
    private final class Verdict: Sendable {
        private let known = Mutex<DeliveryFailure?>(
            DeliveryFailure(.timeout, "the receiver takes longer than a delivery may"))

        var failure: DeliveryFailure? { known.withLock { $0 } }

        func set(_ failure: DeliveryFailure?) { known.withLock { $0 = failure } }
    }

    private func exchange(_ delivery: WebhookDelivery, _ verdict: Verdict) async throws -> DeliveryFailure? {
        do {
            let response = try await client.execute(
                request(delivery), deadline: .now() + .nanoseconds(limits.deliveryTime.nanoseconds))
            verdict.set(failure(of: response))
            try await drain(response)
            return verdict.failure
        } catch let error as CancellationError {
            throw error
        } catch let error as HTTPClientError {
            try Task.checkCancellation()
            let isLate = [.connectTimeout, .readTimeout, .writeTimeout, .deadlineExceeded].contains(error)
            return isLate ? verdict.failure : DeliveryFailure(.connection, "the connection broke: \(error)")
        } catch {
            try Task.checkCancellation()
            return DeliveryFailure(.connection, "the receiver cannot be reached: \(error)")
        }
    }

    private func request(_ delivery: WebhookDelivery) -> HTTPClientRequest {
        var request = HTTPClientRequest(url: address.text)
        request.method = .POST
        request.headers.add(name: "Content-Type", value: "application/json")
        request.headers.add(name: "User-Agent", value: "zhenglian-webhook/1")
        request.headers.add(name: "Zhenglian-Delivery", value: delivery.identifier)
        request.headers.add(name: "Zhenglian-Event", value: delivery.type.rawValue)
        request.headers.add(name: WebhookSignature.headerName, value: delivery.signature)
        request.body = .bytes(ByteBuffer(bytes: delivery.body))
        return request
    }

    private func drain(_ response: HTTPClientResponse) async throws {
        var count = 0
        do {
            for try await part in response.body {
                count += part.readableBytes
                if count > limits.answerByteCount { return }
            }
        } catch let error as HTTPClientError {
            // The status is known, and nothing else is asked: the connection is not used again.
            logger.debug("an answer to a webhook breaks off", metadata: ["error": "\(error)"])
        }
    }

    private func failure(of response: HTTPClientResponse) -> DeliveryFailure? {
        switch response.status.code {
        case 200..<300: return nil
        case 410: return DeliveryFailure(.gone, "the receiver has answered that it is gone (410)")
        case 300..<400:
            return DeliveryFailure(
                .status, "the receiver has answered \(response.status.code): redirections are not followed")
        default:
            let seconds = response.headers.first(name: "Retry-After").flatMap { UInt32($0) }
            return DeliveryFailure(
                .status, "the receiver has answered \(response.status.code)",
                retryAfter: seconds.map { .seconds(Int64($0)) })
        }
    }
}

extension Duration {
    /// Whole nanoseconds, as far as 64 bits reach.
    var nanoseconds: Int64 {
        let (seconds, attoseconds) = components
        let (scaled, overflow) = seconds.multipliedReportingOverflow(by: 1_000_000_000)
        return overflow ? .max : scaled + attoseconds / 1_000_000_000
    }
}
