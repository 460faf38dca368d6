package import NIOSSL
import Nodes

/// TLS as browsers and departments' systems get it: 1.2 or later, with a member's certificate where the caller has one.
///
/// TLS here knows P-256 and what browsers know. Under the suite `sm` a member has a second certificate for it
/// (`tls-certificate.pem`); one of SM2 is refused.
package enum ServerCertificate {
    /// - Parameters:
    ///   - chainPath: a file in PEM with the chain, the server's own certificate first.
    ///   - keyPath: a file in PEM with its key.
    /// - Throws: `FileError`; ``GatewayError`` where the files are no chain and key that TLS knows.
    package static func configuration(chainPath: String, keyPath: String) throws -> TLSConfiguration {
        let chain: [NIOSSLCertificate]
        let key: NIOSSLPrivateKey
        do {
            chain = try NIOSSLCertificate.fromPEMBytes(
                Array(try ProtectedFile.text(of: chainPath, limit: 1 << 20).utf8))
            key = try NIOSSLPrivateKey(
                bytes: Array(try ProtectedFile.text(of: keyPath, limit: 64 << 10).utf8), format: .pem)
        } catch let error as FileError {
            throw error
        } catch {
            throw GatewayError(
                "'\(chainPath)' and '\(keyPath)' are no chain of certificates and key in PEM that TLS knows: take "
                    + "P-256, P-384 or RSA, under the suite sm 'tls-certificate.pem' and 'tls-private.key' (\(error))")
        }
        guard !chain.isEmpty else { throw GatewayError("'\(chainPath)' has no certificate in PEM") }
        var configuration = TLSConfiguration.makeServerConfiguration(
            certificateChain: chain.map { .certificate($0) }, privateKey: .privateKey(key))
        configuration.minimumTLSVersion = .tlsv12
        configuration.applicationProtocols = ["http/1.1"]
        // Who comes without a certificate may have a token. One that is shown is asked about at every request, by
        // ``IdentityMiddleware``: authorities here are the consortium's, and revocations change while connections last.
        configuration.certificateVerification = .optionalVerification
        configuration.trustRoots = .certificates([])
        configuration.sendCANameList = false
        return configuration
    }
}

/// Why a gateway does not start.
public struct GatewayError: Error, Sendable, CustomStringConvertible {
    /// What is wrong and what to do.
    public let message: String

    init(_ message: String) { self.message = message }

    public var description: String { message }
}
