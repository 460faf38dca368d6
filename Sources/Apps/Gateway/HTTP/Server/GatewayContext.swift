public import GatewayAccess
public import Hummingbird
import Identity
public import NIOCore
import NIOSSL

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// What a request carries besides its own words: who sends it.
public struct GatewayContext: RequestContext, RemoteAddressRequestContext {
    public var coreContext: CoreRequestContextStorage
    /// Who sends it, once ``IdentityMiddleware`` has looked.
    public var principal: Principal = .anonymous
    /// The session of a person in the console; `nil` for everybody else.
    public var session: Session?
    /// The secret of that session, for whoever ends it.
    public var sessionCookie: String?
    /// Where the request comes from, for limits by address; never for trust.
    public let remoteAddress: SocketAddress?
    private let channel: any Channel
    /// The thread of the connection.
    let executor: any TaskExecutor

    public init(source: Source) {
        coreContext = CoreRequestContextStorage(source: source)
        channel = source.channel
        executor = EventLoopTaskExecutor(source.channel.eventLoop)
        remoteAddress = source.channel.remoteAddress
    }

    /// The same in words: of IPv6 its first 64 bits, which one household has.
    var source: String {
        guard let address = remoteAddress?.ipAddress else { return "unknown" }
        guard case .v6? = remoteAddress else { return address }
        return remoteAddress.flatMap(Self.network(of:)) ?? address
    }

    private static func network(of address: SocketAddress) -> String? {
        guard case .v6(let address) = address else { return nil }
        return withUnsafeBytes(of: address.address.sin6_addr) { bytes in
            [UInt8](bytes.prefix(8)).hexadecimal
        }
    }

    /// A number of this request for people and logs.
    public var number: String { id }

    /// DER of the certificate that the connection's other end has proved to have the key of; `nil` without TLS or
    /// without a certificate.
    func peerCertificate() async throws -> [UInt8]? {
        // Looked up on the connection's own thread.
        let certificate: NIOSSLCertificate? = try await channel.eventLoop.submit { [channel] in
            guard let handler = try? channel.pipeline.syncOperations.handler(type: NIOSSLServerHandler.self) else {
                return nil
            }
            return handler.peerCertificate
        }.get()
        return try certificate?.toDERBytes()
    }
}
