public import Formats
public import Identity
package import SwiftASN1

/// A presentation as it is shown (亮证码): the token, the signature of the owner's node and that node's certificate, in
/// text that fits one QR code.
///
/// A scanner checks it with the genesis file alone: no network, no key list of its own. Whether the licence still has
/// the state that it claims a receipt of the catalogue says, which is handed along or asked of any node.
public struct PresentationCode: Hashable, Sendable {
    /// What the text begins with: the name and version of the form.
    private static let prefix = "ZL1."
    /// What a QR code with correction level M carries when it is still read at a glance.
    public static let maximumTextCount = 1_500

    public let token: PresentationToken
    let signature: Signature
    /// DER of the certificate of the node that signed.
    let certificate: [UInt8]

    /// - Throws: ``PresentationFault`` with code `tooLong` where the certificate is too large for a code, and
    ///   `IdentityError` where the key's store refuses.
    public init(_ token: PresentationToken, signer: MemberIdentity, suite: any CryptoSuite) throws {
        self.token = token
        signature = try signer.key.sign(suite.digest(of: token.derBytes), for: .presentation)
        certificate = signer.certificate.der
        guard text.utf8.count <= Self.maximumTextCount else {
            throw PresentationFault(
                .tooLong,
                "the code has \(text.utf8.count) characters, more than the \(Self.maximumTextCount) that a "
                    + "QR code carries well: issue the node a shorter certificate")
        }
    }

    /// Reads the text of a code.
    /// - Throws: ``PresentationFault`` with code `malformed` or `tooLong`.
    public init(_ text: some StringProtocol) throws(PresentationFault) {
        guard text.utf8.count <= Self.maximumTextCount else {
            throw PresentationFault(.tooLong, "the text has more than \(Self.maximumTextCount) characters: no code has")
        }
        guard text.hasPrefix(Self.prefix), let bytes = Base64URL.bytes(of: text.dropFirst(Self.prefix.utf8.count))
        else {
            throw PresentationFault(.malformed, "this is no presentation's code: it begins with \(Self.prefix)")
        }
        do throws(FormatError) {
            let document = try PresentationCodeDocument(derBytes: bytes, limit: Self.maximumTextCount)
            (token, signature, certificate) = (document.token, document.signature, document.certificate)
        } catch {
            throw PresentationFault(.malformed, "the code is damaged: scan it again (\(error))")
        }
    }

    /// What the QR code carries.
    public var text: String {
        let document = PresentationCodeDocument(token: token, signature: signature, certificate: certificate)
        return Self.prefix + Base64URL.text(of: document.derBytes)
    }

    /// Checks all that can be checked without a network: form, consortium, certificate, signature, audience, time.
    /// - Parameters:
    ///   - genesis: what all trust starts from.
    ///   - scanner: the department that scans; `nil` where it does not say.
    ///   - time: the scanner's clock.
    ///   - revocations: what is known to be revoked; with none, whether the node's certificate was is not checked.
    /// - Throws: ``PresentationFault``.
    public func check(
        against genesis: Genesis, scanner: DepartmentName?, at time: Timestamp, revocations: Revocations = Revocations()
    ) throws(PresentationFault) {
        guard token.channel == genesis.channel else {
            throw PresentationFault(.otherConsortium, "the code is of another consortium's ledger")
        }
        let signer: MemberCertificate
        do throws(IdentityError) {
            signer = try genesis.anchors.authenticate(certificate, at: time)
        } catch {
            throw PresentationFault(.wrongSigner, "the certificate in the code does not hold: \(error)")
        }
        do throws(IdentityError) {
            try revocations.check(signer)
        } catch {
            throw PresentationFault(.revokedSigner, "the node that signed the code is none any more: \(error.message)")
        }
        guard signer.member.department == token.owner,
            signer.member.role == .validator || signer.member.role == .observer,
            genesis.department(issuingUnder: token.licence.issuerCode.text) == token.owner
        else {
            throw PresentationFault(
                .wrongSigner, "\(signer.member) has signed, which is no node of the department that issued the licence")
        }
        guard
            signer.publicKey.isValid(
                signature, of: genesis.suite.digest(of: token.derBytes), for: .presentation)
        else { throw PresentationFault(.wrongSignature, "the code was changed: its signature does not hold") }
        // Clocks differ; one that is a little behind the node's must not take a fresh code for one of the future.
        guard token.issuedAt <= time.advanced(by: Self.clockTolerance) else {
            throw PresentationFault(.notYetValid, "the code is from the future: check this machine's clock")
        }
        guard time < token.expiresAt else {
            throw PresentationFault(.expired, "the code expired at \(token.expiresAt): have a new one shown")
        }
        if let audience = token.audience, let scanner, audience != scanner {
            throw PresentationFault(.otherAudience, "the code is for \(audience) alone")
        }
    }

    private static let clockTolerance = Duration.seconds(30)
}

/// The bytes of a code: `SEQUENCE { token, signature, certificate }`.
package struct PresentationCodeDocument: DERSequence {
    let token: PresentationToken
    let signature: Signature
    let certificate: [UInt8]

    package init(token: PresentationToken, signature: Signature, certificate: [UInt8]) {
        (self.token, self.signature, self.certificate) = (token, signature, certificate)
    }

    package init(fields: inout ASN1NodeCollection.Iterator) throws {
        token = try PresentationToken(derEncoded: &fields)
        signature = try fields.signature()
        certificate = try fields.octets(limit: MemberCertificate.maximumByteCount)
    }

    package func serialize(fields: inout DER.Serializer) throws {
        try fields.serialize(token)
        try fields.serialize(signature)
        try fields.serialize(octets: certificate)
    }
}

/// Why a code is not taken.
///
/// Two faults are equal when their codes are.
public struct PresentationFault: Error, Sendable, Equatable, CustomStringConvertible {
    public enum Code: String, Sendable, Codable {
        case malformed, tooLong, otherConsortium, wrongSigner, wrongSignature, notYetValid, expired, otherAudience
        /// The certificate of the node that signed was revoked.
        case revokedSigner
        /// The catalogue says something else of the licence, or the proof of it does not hold.
        case notProved
    }

    public let code: Code
    /// What is wrong, and what to do.
    public let message: String

    public init(_ code: Code, _ message: String) { (self.code, self.message) = (code, message) }

    public static func == (left: Self, right: Self) -> Bool { left.code == right.code }

    public var description: String { "\(message) (\(code.rawValue))" }
}
