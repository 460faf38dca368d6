import Identity
import NIOCore
import NIOSSL
import Synchronization

/// Decides on one peer, twice: during the handshake, so that a stranger gets a TLS alert, and when it is complete.
///
/// The second time counts. TLS does not verify again when a session is resumed, and a certificate may have been revoked
/// since; what is asked then is the certificate that the connection really has.
final class PeerVerifier: Sendable {
    /// Faults that only a certificate can have which its department's authority has signed. Their holder is told by a
    /// refusal frame, which needs a complete handshake; everybody else learns no more than a TLS alert.
    private static let toldToThePeer: Set<IdentityError.Code> = [.expired, .notYetValid, .revoked]

    private let credentials: Credentials
    /// Whom this node dialled; `nil` for who comes by himself.
    private let expected: MemberName?
    private let verdict = Mutex<IdentityError?>(nil)

    init(credentials: Credentials, expecting expected: MemberName?) {
        self.credentials = credentials
        self.expected = expected
    }

    /// Why the handshake was broken off, if this side did it.
    var fault: IdentityError? { verdict.withLock { $0 } }

    /// The check during the handshake.
    func verify(_ chain: [NIOSSLCertificate]) -> NIOSSLVerificationResult {
        do {
            _ = try authenticate(chain.first)
            return .certificateVerified
        } catch {
            if expected == nil, Self.toldToThePeer.contains(error.code) { return .certificateVerified }
            verdict.withLock { $0 = error }
            return .failed
        }
    }

    /// The check after the handshake.
    /// - Throws: ``IdentityError`` whose code names the one thing that is wrong.
    func authenticate(_ certificate: NIOSSLCertificate?) throws(IdentityError) -> MemberCertificate {
        guard let certificate else { throw IdentityError(.malformedCertificate, "the peer has shown no certificate") }
        let der: [UInt8]
        do {
            der = try certificate.toDERBytes()
        } catch {
            throw IdentityError(.malformedCertificate, "the peer's certificate does not serialize", cause: error)
        }
        return try credentials.authenticate(der, expecting: expected)
    }
}
