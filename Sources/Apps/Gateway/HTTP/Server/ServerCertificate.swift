import NIOSSL
import Nodes

/// TLS as browsers and departments' systems get it: 1.2 or later, with a member's certificate where the caller has one.
enum ServerCertificate {
    /// - Throws: `FileError`; ``GatewayError`` with code `certificate` where the files are no chain and key.
    static func configuration(_ files: GatewayConfiguration.Certificate) throws -> TLSConfiguration {
        let chain: [NIOSSLCertificate]
        let key: NIOSSLPrivateKey
        do {
            chain = try NIOSSLCertificate.fromPEMBytes(
                Array(try ProtectedFile.text(of: files.chainPath, limit: 1 << 20).utf8))
            key = try NIOSSLPrivateKey(
                bytes: Array(try ProtectedFile.text(of: files.keyPath, limit: 64 << 10).utf8), format: .pem)
        } catch let error as FileError {
            throw error
        } catch {
            throw GatewayError(
                "'\(files.chainPath)' and '\(files.keyPath)' are no chain of certificates and key in PEM: \(error)")
        }
        guard !chain.isEmpty else { throw GatewayError("'\(files.chainPath)' has no certificate in PEM") }
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
