import AsyncHTTPClient
import Foundation
import NIOCore
import NIOHTTP1
import NIOSSL

/// Fetches key sets from identity platforms.
public protocol KeySetFetcher: Sendable {
    /// The bytes of the key set at an address, at most ``AccessLimits/keySetBytes`` of them.
    /// - Throws: ``AccessError`` with code `keysUnavailable`.
    func keySet(at address: PlatformAddress) async throws(AccessError) -> [UInt8]
}

/// Fetches over HTTPS, or HTTP on the machine itself: bounded in size and time, and without following redirections,
/// which would lead where nobody has agreed to.
public struct HTTPKeySetFetcher: KeySetFetcher {
    private let client: HTTPClient
    private let clock: any Clock<Duration>

    /// - Parameters:
    ///   - trustRoots: PEM of the authorities that vouch for platforms, where they are not the system's: government
    ///     networks have their own.
    ///   - clock: measures how long a fetch takes.
    /// - Throws: ``AccessError`` with code `wrongFile` where the PEM holds no certificate.
    public init(
        trustRoots: [UInt8]? = nil, clock: any Clock<Duration> = ContinuousClock()
    ) throws(AccessError) {
        self.clock = clock
        var configuration = HTTPClient.Configuration(
            redirectConfiguration: .disallow, timeout: .init(connect: .seconds(3), read: .seconds(3)))
        if let trustRoots {
            var tls = TLSConfiguration.makeClientConfiguration()
            do {
                tls.trustRoots = .certificates(try NIOSSLCertificate.fromPEMBytes(trustRoots))
            } catch {
                throw AccessError(.wrongFile, "the authorities for identity platforms are no PEM certificates")
            }
            configuration.tlsConfiguration = tls
        }
        client = HTTPClient(eventLoopGroupProvider: .singleton, configuration: configuration)
    }

    public func keySet(at address: PlatformAddress) async throws(AccessError) -> [UInt8] {
        var request = HTTPClientRequest(url: address.text)
        request.headers.add(name: "accept", value: "application/jwk-set+json, application/json")
        do {
            return try await bytes(request)
        } catch let error as AccessError {
            throw error
        } catch {
            throw AccessError(.keysUnavailable, "the identity platform's key set cannot be fetched", cause: error)
        }
    }

    /// Fetches within the time: the client's own ends with the response's head, after which a body may trickle.
    private func bytes(_ request: HTTPClientRequest) async throws -> [UInt8] {
        try await withThrowingTaskGroup(of: [UInt8]?.self) { group in
            group.addTask {
                let timeout = TimeAmount.seconds(AccessLimits.keySetTimeout.components.seconds)
                let response = try await client.execute(request, timeout: timeout)
                guard response.status == .ok else {
                    throw AccessError(
                        .keysUnavailable, "the identity platform answers \(response.status.code) for its key set")
                }
                return Array(try await response.body.collect(upTo: AccessLimits.keySetBytes).readableBytesView)
            }
            group.addTask {
                try await clock.sleep(for: AccessLimits.keySetTimeout)
                return nil
            }
            defer { group.cancelAll() }
            guard let bytes = try await group.next() ?? nil else {
                throw AccessError(.keysUnavailable, "the identity platform takes too long for its key set")
            }
            return bytes
        }
    }

    /// Closes connections. Nothing is fetched any more.
    public func close() async throws { try await client.shutdown() }
}
