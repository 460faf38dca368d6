public import Formats
import Identity

/// The built-in contract `certificates`: which certificates may submit, and which are revoked.
///
/// Everything that it takes in is signed by a department's authority, so it asks nobody for permission:
/// - `register` puts a certificate under its key. The transaction has to be signed by that very key, which proves that
///   whoever registers holds it; the executor lets the first call of a transaction introduce its submitter. Registering
///   the same certificate again changes nothing. Another one for the same key has to be of the same member and newer,
///   by start and then end of validity, and replaces the first.
/// - `publishRevocations` takes a department's revocation list, from anyone. It has to be newer, by its CRL number,
///   than the one before; the same list again changes nothing. From then on a submitter on the list is rejected,
///   whatever date the list gives for the revocation: the ledger does not look back. What a newer list leaves out is
///   revoked no longer.
public struct CertificatesContract: Contract {
    public static let name = "certificates"
    public static let registerMethod = "register"
    public static let publishRevocationsMethod = "publishRevocations"
    /// Gives the newest certificate of a key.
    public static let byKeyQuery = "byKey"

    public var name: String { Self.name }
    public var version: Int { 1 }

    public init() {}

    public var methods: [ContractMethod] {
        [
            ContractMethod(Self.registerMethod, register),
            ContractMethod(Self.publishRevocationsMethod, publishRevocations),
        ]
    }

    public var queries: [ContractQuery] {
        [ContractQuery(Self.byKeyQuery, certificate), ContractQuery("revocations", revocations)]
    }

    /// The call that registers a certificate: the first of a transaction that its own key signs.
    public static func registration(of certificate: [UInt8]) -> Call {
        Call(
            contract: name,
            method: registerMethod,
            arguments: CertificateArguments(certificate: certificate).derBytes
        )
    }

    /// The call that publishes a revocation list.
    public static func publication(of list: [UInt8]) -> Call {
        Call(
            contract: name,
            method: publishRevocationsMethod,
            arguments: RevocationArguments(list: list).derBytes
        )
    }

    private func register(
        _ arguments: CertificateArguments,
        in context: inout ContractContext
    ) throws(ContractError) -> RegisteredCertificate {
        let certificate: MemberCertificate
        do {
            certificate = try context.genesis.anchors.authenticate(arguments.certificate, at: context.blockTime)
        } catch {
            throw ContractError(refusal: error.code, of: "certificate")
        }
        let key = certificate.publicKey.identifier
        guard key == context.caller.key else {
            throw ContractError(
                .notPermitted,
                "a certificate is registered by a transaction that its own key signs"
            )
        }
        guard try context.get(CertificateKeys.revoked(certificate)) == nil else {
            throw ContractError(refusal: .revoked, of: "certificate")
        }
        let entryKey = CertificateKeys.certificate(key)
        if let known = try context.get(entryKey, as: RegisteredCertificate.self) {
            if known.certificate == certificate.der { return known }
            try Self.check(certificate, succeeds: known.certificate, suite: context.genesis.suite)
        }
        let entry = RegisteredCertificate(certificate: certificate.der, height: context.height)
        try context.put(entryKey, entry)
        try context.emit("registered", entry)
        return entry
    }

    private static func check(
        _ certificate: MemberCertificate,
        succeeds known: [UInt8],
        suite: any CryptoSuite
    ) throws(ContractError) {
        let before: MemberCertificate
        do {
            before = try MemberCertificate(der: known, suite: suite)
        } catch {
            throw ContractError(.stateUnavailable, "a registered certificate does not parse")
        }
        guard before.member == certificate.member else {
            throw ContractError(.keyTaken, "the key is registered for another member; make a new one")
        }
        guard (before.notBefore, before.notAfter) < (certificate.notBefore, certificate.notAfter) else {
            throw ContractError(.notNewer, "a newer certificate is registered for this key")
        }
    }

    private func publishRevocations(
        _ arguments: RevocationArguments,
        in context: inout ContractContext
    ) throws(ContractError) -> NoResult {
        let list = try Self.list(arguments.list, anchors: context.genesis.anchors)
        guard let number = Int64(exactly: list.number) else {
            throw ContractError(.malformedArguments, "the list's CRL number is not below 2^63")
        }
        let entryKey = CertificateKeys.revocations(of: list.department)
        var revokedBefore: Set<[UInt8]> = []
        if let known = try context.get(entryKey, as: PublishedRevocations.self) {
            if known.list == list.der { return NoResult() }
            guard known.number < number else {
                throw ContractError(.notNewer, "list \(known.number) of \(list.department) is published already")
            }
            let before = try Self.list(known.list, anchors: context.genesis.anchors)
            revokedBefore = Set(before.entries.map(\.serialNumber))
            let revokedNow = Set(list.entries.map(\.serialNumber))
            for entry in before.entries where !revokedNow.contains(entry.serialNumber) {
                try context.remove(CertificateKeys.revoked(entry.serialNumber, by: list.department))
            }
        }
        for entry in list.entries where !revokedBefore.contains(entry.serialNumber) {
            try context.put(
                CertificateKeys.revoked(entry.serialNumber, by: list.department),
                RevokedCertificate(revokedAt: entry.revokedAt)
            )
        }
        try context.put(entryKey, PublishedRevocations(number: number, height: context.height, list: list.der))
        try context.emit("revocationsPublished", DepartmentArguments(department: list.department))
        return NoResult()
    }

    private static func list(_ der: [UInt8], anchors: TrustAnchors) throws(ContractError) -> RevocationList {
        do {
            return try RevocationList(der: der, anchors: anchors)
        } catch {
            throw ContractError(refusal: error.code, of: "revocation list")
        }
    }

    private func certificate(
        _ arguments: CertificateKeyArguments,
        on snapshot: inout ContractSnapshot
    ) throws(ContractError) -> RegisteredCertificate {
        let entry = try snapshot.get(CertificateKeys.certificate(arguments.key), as: RegisteredCertificate.self)
        guard let entry else {
            throw ContractError(.notFound, "no certificate is registered for key \(arguments.key)")
        }
        return entry
    }

    private func revocations(
        _ arguments: DepartmentArguments,
        on snapshot: inout ContractSnapshot
    ) throws(ContractError) -> PublishedRevocations {
        let key = CertificateKeys.revocations(of: arguments.department)
        guard let entry = try snapshot.get(key, as: PublishedRevocations.self) else {
            throw ContractError(.notFound, "\(arguments.department) has published no revocation list")
        }
        return entry
    }
}

extension ContractError.Code {
    /// The key is registered for another member.
    public static let keyTaken = Self(rawValue: "keyTaken")
    /// The ledger holds a newer certificate or list.
    public static let notNewer = Self(rawValue: "notNewer")
}

extension ContractError {
    /// The identity layer's code without its wording, which is not the same in every version.
    init(refusal code: IdentityError.Code, of thing: String) {
        self.init(Code(rawValue: code.rawValue), "the \(thing) is refused: \(code.rawValue)")
    }
}
