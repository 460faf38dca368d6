public import Identity

/// A licence as the two sides of a reconciliation compare it: by which name, in which bucket, and with which values.
public struct ReconciliationRow: Hashable, Sendable, Codable {
    /// Type, issuer and serial: the same licence on both sides, whatever its version.
    public let licence: String
    public let bucket: ReconciliationBucket
    /// What is compared besides, in the order of ``ReconciliationColumn/allCases``; a value that a side does not have
    /// is empty on both.
    public let values: [String]

    public init(licence: String, bucket: ReconciliationBucket, values: [String]) {
        (self.licence, self.bucket, self.values) = (licence, bucket, values)
    }

    /// The row of an identifier as it is written, in parts; `nil` where it has no parts.
    public init?(
        identifier: String, region: String, issuedOn: String, validFrom: String, validUntil: String, others: String = ""
    ) {
        let root = LicenceIdentifier.root.utf8.count + 1
        let text = identifier.utf8
        // Root, type (21), a dot; and at the end a dot, the version (3), a dot and the check character.
        guard text.count > root + 28, text.starts(with: "\(LicenceIdentifier.root).".utf8) else { return nil }
        let licence = text.dropFirst(root).dropLast(6)
        guard licence.dropFirst(21).first == UInt8(ascii: "."), text.dropLast(5).last == UInt8(ascii: ".") else {
            return nil
        }
        self.init(
            licence: String(Substring(licence)),
            bucket: ReconciliationBucket(
                type: String(Substring(licence.prefix(21))), region: region, day: issuedOn),
            values: [
                String(Substring(text.suffix(5))), validFrom,
                validUntil == LicenceValidity.openEnd ? "" : validUntil, others,
            ])
    }

    /// The digest of everything that is compared.
    public func digest(_ suite: any CryptoSuite) -> Digest {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(192)
        // A line break stands in no value of a table, so that no two rows have the same bytes.
        for part in [licence, bucket.type, bucket.region, bucket.day ?? ""] + values {
            bytes += part.utf8
            bytes.append(UInt8(ascii: "\n"))
        }
        return suite.digest(of: bytes)
    }
}

/// A value that two rows of one licence may differ in.
public enum ReconciliationColumn: String, Hashable, Sendable, Codable, CaseIterable {
    /// The version, and the check character with it.
    case version
    case validFrom = "valid_from"
    case validUntil = "valid_until"
    /// All the other columns, where both sides are tables.
    case others
    case region = "region_code"
    case issuedOn = "issued_on"
}
