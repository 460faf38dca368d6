import Identity

/// Where the contract `certificates` keeps what.
enum CertificateKeys {
    /// The certificate that is registered for a key.
    static func certificate(_ key: KeyIdentifier) -> StateKey {
        StateKey("certificate", key.digest.bytes)
    }

    /// A department's newest revocation list.
    static func revocations(of department: DepartmentName) -> StateKey {
        StateKey("revocations", Array(department.rawValue.utf8))
    }

    /// Present where the certificate with this serial number is revoked: one look-up tells, however long the list.
    static func revoked(_ serialNumber: [UInt8], by department: DepartmentName) -> StateKey {
        StateKey("revoked", Array(department.rawValue.utf8), serialNumber)
    }

    static func revoked(_ certificate: MemberCertificate) -> StateKey {
        revoked(certificate.serialNumber, by: certificate.member.department)
    }
}
