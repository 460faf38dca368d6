import SwiftASN1
import X509

/// `CertificateList` of RFC 5280, section 5.1, as far as the profile uses it.
struct CertificateListSyntax {
    let signed: SignedStructure
    let issuer: DistinguishedName
    let thisUpdate: Timestamp
    let nextUpdate: Timestamp
    let entries: [RevocationList.Entry]
    let number: UInt64

    private static let crlNumber: ASN1ObjectIdentifier = [2, 5, 29, 20]
    private static let extensionsTag = ASN1Identifier(tagWithNumber: 0, tagClass: .contextSpecific)

    init(derEncoded bytes: [UInt8]) throws {
        let signed = try SignedStructure(derEncoded: bytes)
        self.signed = signed
        let body = try DER.parse(signed.body)
        (issuer, thisUpdate, nextUpdate, entries, number) = try DER.sequence(body, identifier: .sequence) { nodes in
            guard try Int(derEncoded: &nodes) == 1, let algorithm = nodes.next() else {
                throw ASN1Error.invalidASN1Object(reason: "the list is not of version 2")
            }
            // RFC 5280, section 5.1.1.2: the same algorithm in both places.
            guard algorithm.encodedBytes.elementsEqual(signed.algorithm) else {
                throw ASN1Error.invalidASN1Object(reason: "the list names two signature algorithms")
            }
            guard let name = nodes.next() else {
                throw ASN1Error.invalidASN1Object(reason: "the list names no issuer")
            }
            let issuer = try DistinguishedName(derEncoded: name)
            let thisUpdate = try Timestamp(derEncoded: &nodes)
            let nextUpdate = try Timestamp(derEncoded: &nodes)
            guard var next = nodes.next() else {
                throw ASN1Error.invalidASN1Object(reason: "the list has no extensions")
            }
            var entries: [RevocationList.Entry] = []
            if next.identifier == .sequence {
                entries = try Self.entries(next)
                guard let extensions = nodes.next() else {
                    throw ASN1Error.invalidASN1Object(reason: "the list has no extensions")
                }
                next = extensions
            }
            return (issuer, thisUpdate, nextUpdate, entries, try Self.number(inExtensions: next))
        }
    }

    /// DER `TBSCertList`.
    static func body(
        issuer: DistinguishedName,
        algorithm: [UInt8],
        authorityKeyIdentifier: ArraySlice<UInt8>,
        entries: [RevocationList.Entry],
        number: UInt64,
        thisUpdate: Timestamp,
        nextUpdate: Timestamp
    ) throws -> [UInt8] {
        var numberBytes = DER.Serializer()
        try numberBytes.serialize(number)
        let extensions = [
            try Certificate.Extension(
                AuthorityKeyIdentifier(keyIdentifier: authorityKeyIdentifier),
                critical: false
            ),
            Certificate.Extension(oid: crlNumber, critical: false, value: numberBytes.serializedBytes[...]),
        ]
        var serializer = DER.Serializer()
        try serializer.appendConstructedNode(identifier: .sequence) { list in
            try list.serialize(1)
            list.serializeRawBytes(algorithm)
            try issuer.serialize(into: &list)
            try thisUpdate.serialize(into: &list)
            try nextUpdate.serialize(into: &list)
            // RFC 5280, section 5.1.2.6: an empty list of entries is left out.
            if !entries.isEmpty {
                try list.appendConstructedNode(identifier: .sequence) { sequence in
                    for entry in entries {
                        try sequence.appendConstructedNode(identifier: .sequence) { coder in
                            try coder.serialize(entry.serialNumber[...])
                            try entry.revokedAt.serialize(into: &coder)
                        }
                    }
                }
            }
            try list.serialize(explicitlyTaggedWithTagNumber: 0, tagClass: .contextSpecific) { coder in
                try coder.serializeSequenceOf(extensions)
            }
        }
        return serializer.serializedBytes
    }

    private static func entries(_ node: ASN1Node) throws -> [RevocationList.Entry] {
        try DER.sequence(node, identifier: .sequence) { nodes in
            var entries: [RevocationList.Entry] = []
            while let entry = nodes.next() {
                entries.append(
                    try DER.sequence(entry, identifier: .sequence) { parts in
                        let serialNumber = try ArraySlice<UInt8>(derEncoded: &parts)
                        let revokedAt = try Timestamp(derEncoded: &parts)
                        return RevocationList.Entry(serialNumber: Array(serialNumber), revokedAt: revokedAt)
                    }
                )
            }
            return entries
        }
    }

    private static func number(inExtensions node: ASN1Node) throws -> UInt64 {
        let sequence = try DER.explicitlyTagged(
            node,
            tagNumber: extensionsTag.tagNumber,
            tagClass: extensionsTag.tagClass
        ) { $0 }
        let extensions = try DER.sequence(of: Certificate.Extension.self, identifier: .sequence, rootNode: sequence)
        var number: UInt64?
        for entry in extensions {
            if entry.oid == crlNumber {
                number = try UInt64(derEncoded: entry.value)
            } else if entry.critical {
                throw ASN1Error.invalidASN1Object(
                    reason: "the critical extension \(entry.oid) is not one of the profile")
            }
        }
        guard let number else {
            throw ASN1Error.invalidASN1Object(reason: "the list has no CRL number")
        }
        return number
    }
}
