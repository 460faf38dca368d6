import AsyncHTTPClient
import Foundation
import NIOCore
import NIOHTTP1
import NIOSSL

/// Asks identity platforms over HTTPS, or HTTP on the machine itself: bounded in size and time, and without following
/// redirections, which would lead where nobody has agreed to.
public struct HTTPPlatformClient: Sendable {
    /// What is asked, and what is said where there is no answer.
    private struct Question: Sendable {
        let request: HTTPClientRequest
        let byteCount: Int
        let timeout: Duration
        /// What is asked for, in words.
        let subject: String
        let unavailable: AccessError.Code
    }

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
            redirectConfiguration: .disallow, timeout: .init(connect: .seconds(3), read: .seconds(10)))
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

    /// Asks within the time: the client's own ends with the response's head, after which a body may trickle.
    private func answer(_ question: Question) async throws(AccessError) -> (status: Int, bytes: [UInt8]) {
        do {
            return try await withThrowingTaskGroup(of: (status: Int, bytes: [UInt8])?.self) { group in
                group.addTask {
                    let response = try await client.execute(
                        question.request, timeout: .seconds(question.timeout.components.seconds))
                    let body = try await response.body.collect(upTo: question.byteCount)
                    return (Int(response.status.code), Array(body.readableBytesView))
                }
                group.addTask {
                    try await clock.sleep(for: question.timeout)
                    return nil
                }
                defer { group.cancelAll() }
                guard let answer = try await group.next() ?? nil else {
                    throw AccessError(
                        question.unavailable, "the identity platform takes too long for \(question.subject)")
                }
                return answer
            }
        } catch let error as AccessError {
            throw error
        } catch {
            throw AccessError(
                question.unavailable, "the identity platform cannot be asked for \(question.subject)", cause: error)
        }
    }

    /// What is published at an address.
    private func document(_ question: Question) async throws(AccessError) -> [UInt8] {
        let (status, bytes) = try await answer(question)
        guard status == 200 else {
            throw AccessError(
                question.unavailable, "the identity platform answers \(status) for \(question.subject)")
        }
        return bytes
    }

    /// Closes connections. Nothing is fetched any more.
    public func close() async throws { try await client.shutdown() }
}

extension HTTPPlatformClient: KeySetFetcher {
    public func keySet(at address: PlatformAddress) async throws(AccessError) -> [UInt8] {
        var request = HTTPClientRequest(url: address.text)
        request.headers.add(name: "accept", value: "application/jwk-set+json, application/json")
        return try await document(
            Question(
                request: request, byteCount: AccessLimits.keySetBytes, timeout: AccessLimits.keySetTimeout,
                subject: "its key set", unavailable: .keysUnavailable))
    }
}

extension HTTPPlatformClient: PlatformTransport {
    public func configuration(at address: String) async throws(AccessError) -> [UInt8] {
        var request = HTTPClientRequest(url: address)
        request.headers.add(name: "accept", value: "application/json")
        return try await document(
            Question(
                request: request, byteCount: AccessLimits.platformMetadataBytes, timeout: AccessLimits.keySetTimeout,
                subject: "its configuration", unavailable: .platformUnavailable))
    }

    public func redeem(_ redemption: CodeRedemption) async throws(AccessError) -> RedemptionAnswer {
        var request = HTTPClientRequest(url: redemption.address)
        request.method = .POST
        request.headers.add(name: "accept", value: "application/json")
        request.headers.add(name: "content-type", value: "application/x-www-form-urlencoded")
        if let authorization = redemption.authorization {
            request.headers.add(name: "authorization", value: authorization)
        }
        request.body = .bytes(ByteBuffer(string: redemption.body))
        let (status, bytes) = try await answer(
            Question(
                request: request, byteCount: AccessLimits.redemptionAnswerBytes,
                timeout: AccessLimits.redemptionTimeout, subject: "a code", unavailable: .platformUnavailable))
        return RedemptionAnswer(status: status, bytes: bytes)
    }
}
