import Identity
import NIOSSL
import Synchronization

/// What this node authenticates itself and others with, replaceable while it runs: its identity, the trust anchors, and
/// what was revoked.
final class Credentials: Sendable {
    private struct State {
        var identity: MemberIdentity
        var material: TLSMaterial
        var revocations: Revocations
    }

    let anchors: TrustAnchors
    private let clock: @Sendable () -> Timestamp
    private let state: Mutex<State>

    /// - Throws: ``IdentityError`` where the identity is not usable.
    init(
        identity: MemberIdentity,
        anchors: TrustAnchors,
        revocations: Revocations,
        clock: @escaping @Sendable () -> Timestamp
    ) throws(IdentityError) {
        self.anchors = anchors
        self.clock = clock
        state = Mutex(State(identity: identity, material: try TLSMaterial(identity), revocations: revocations))
    }

    /// Puts a new certificate and key of the same member in place of the present ones.
    /// - Throws: ``IdentityError`` with code `wrongMember` for another member's, or why it is not valid here and now.
    func update(identity: MemberIdentity) throws(IdentityError) {
        let present = state.withLock { $0.identity.member }
        guard identity.member == present else {
            throw IdentityError(
                .wrongMember,
                "the new certificate speaks for \(identity.member), this node for \(present); keep the old one"
            )
        }
        try anchors.authenticate(identity.certificate, at: clock())
        let material = try TLSMaterial(identity)
        state.withLock {
            $0.identity = identity
            $0.material = material
        }
    }

    func update(revocations: Revocations) { state.withLock { $0.revocations = revocations } }

    /// Decides whether `der` may speak, now.
    /// - Parameters:
    ///   - der: the certificate that the peer has presented.
    ///   - expected: whom this node meant to dial; `nil` where anybody may come.
    /// - Throws: ``IdentityError`` whose code names the one thing that is wrong.
    func authenticate(_ der: [UInt8], expecting expected: MemberName?) throws(IdentityError) -> MemberCertificate {
        let certificate = try anchors.authenticate(der, at: clock())
        try checkRevocation(of: certificate)
        if let expected, certificate.member != expected {
            throw IdentityError(
                .wrongMember,
                "the node dialled as \(expected) is \(certificate.member); check the address book"
            )
        }
        return certificate
    }

    /// Decides whether a certificate that was authenticated once may go on speaking.
    /// - Throws: ``IdentityError`` with code `revoked` or `expired`.
    func recheck(_ certificate: MemberCertificate) throws(IdentityError) {
        try checkRevocation(of: certificate)
        let now = clock()
        guard now <= certificate.notAfter else {
            throw IdentityError(
                .expired,
                "the certificate of \(certificate.member) expired at \(certificate.notAfter) during the connection"
            )
        }
    }

    /// What the next connection presents.
    func material() -> TLSMaterial { state.withLock { $0.material } }

    private func checkRevocation(of certificate: MemberCertificate) throws(IdentityError) {
        try state.withLock { $0.revocations }.check(certificate)
    }
}
