import Identity
import NIOSSL

/// A certificate and key as NIOSSL takes them, and the one TLS configuration of this protocol: version 1.3, both sides
/// authenticated, application protocol `zhenglian/1`.
struct TLSMaterial: Sendable {
    static let applicationProtocol = "zhenglian/1"

    private let certificate: NIOSSLCertificate
    private let privateKey: NIOSSLPrivateKey

    /// - Throws: ``IdentityError`` with code `malformedKey` or `malformedCertificate`.
    init(_ identity: MemberIdentity) throws(IdentityError) {
        do {
            certificate = try NIOSSLCertificate(bytes: identity.certificate.der, format: .der)
        } catch {
            throw IdentityError(.malformedCertificate, "TLS does not take the node's certificate", cause: error)
        }
        do {
            privateKey = try NIOSSLPrivateKey(bytes: Array(identity.key.pemRepresentation.utf8), format: .pem)
        } catch {
            throw IdentityError(.malformedKey, "TLS does not take the node's private key", cause: error)
        }
    }

    /// A context for one accepted connection.
    ///
    /// One each, because a context holds the key of its session tickets: a ticket of another connection cannot be
    /// redeemed, so nobody resumes a session, and with it a certificate that was revoked since.
    func serverContext() throws -> NIOSSLContext {
        var configuration = TLSConfiguration.makeServerConfiguration(
            certificateChain: [.certificate(certificate)],
            privateKey: .privateKey(privateKey)
        )
        Self.restrict(&configuration)
        return try NIOSSLContext(configuration: configuration)
    }

    /// A context for one dialled connection.
    func clientContext() throws -> NIOSSLContext {
        var configuration = TLSConfiguration.makeClientConfiguration()
        configuration.certificateChain = [.certificate(certificate)]
        configuration.privateKey = .privateKey(privateKey)
        Self.restrict(&configuration)
        return try NIOSSLContext(configuration: configuration)
    }

    private static func restrict(_ configuration: inout TLSConfiguration) {
        configuration.minimumTLSVersion = .tlsv13
        configuration.maximumTLSVersion = .tlsv13
        configuration.applicationProtocols = [applicationProtocol]
        // Trust is decided by ``PeerVerifier`` alone; that a mode other than `none` is set makes TLS ask for
        // certificates.
        configuration.certificateVerification = .noHostnameVerification
        configuration.trustRoots = .certificates([])
        configuration.sendCANameList = false
    }
}
