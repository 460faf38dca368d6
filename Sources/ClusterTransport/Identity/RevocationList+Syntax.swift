import SwiftASN1
import X509

/// `CertificateList` of RFC 5280, section 5.1, as far as the profile uses it.
struct CertificateListSyntax {
    let toBeSigned: ArraySlice<UInt8>
    let signature: ArraySlice<UInt8>
    let issuer: DistinguishedName
    let thisUpdate: Timestamp
    let nextUpdate: Timestamp
    let entries: [RevocationList.Entry]
    let number: UInt64

    private static let ecdsaWithSHA256: ASN1ObjectIdentifier = [1, 2, 840, 10045, 4, 3, 2]
    private static let crlNumber: ASN1ObjectIdentifier = [2, 5, 29, 20]
    private static let extensionsTag = ASN1Identifier(tagWithNumber: 0, tagClass: .contextSpecific)

    init(derEncoded bytes: [UInt8]) throws {
        let root = try DER.parse(bytes)
        (toBeSigned, signature) = try DER.sequence(root, identifier: .sequence) { nodes in
            guard let body = nodes.next(), let algorithm = nodes.next() else {
                throw ASN1Error.invalidASN1Object(reason: "a revocation list has three parts")
            }
            try Self.checkAlgorithm(algorithm)
            let signature = try ASN1BitString(derEncoded: &nodes)
            guard signature.paddingBits == 0 else {
                throw ASN1Error.invalidASN1Object(reason: "the signature is not whole octets")
            }
            return (body.encodedBytes, signature.bytes)
        }
        let body = try DER.parse(toBeSigned)
        (issuer, thisUpdate, nextUpdate, entries, number) = try DER.sequence(body, identifier: .sequence) { nodes in
            guard try Int(derEncoded: &nodes) == 1, let algorithm = nodes.next() else {
                throw ASN1Error.invalidASN1Object(reason: "the list is not of version 2")
            }
            try Self.checkAlgorithm(algorithm)
            guard let name = nodes.next() else {
                throw ASN1Error.invalidASN1Object(reason: "the list names no issuer")
            }
            let issuer = try DistinguishedName(derEncoded: name)
            let thisUpdate = try Self.time(&nodes)
            let nextUpdate = try Self.time(&nodes)
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

    static func toBeSigned(
        issuer: DistinguishedName,
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
            try serializeAlgorithm(into: &list)
            try issuer.serialize(into: &list)
            try serialize(thisUpdate, into: &list)
            try serialize(nextUpdate, into: &list)
            // RFC 5280, section 5.1.2.6: an empty list of entries is left out.
            if !entries.isEmpty {
                try list.appendConstructedNode(identifier: .sequence) { sequence in
                    for entry in entries {
                        try sequence.appendConstructedNode(identifier: .sequence) { coder in
                            try coder.serialize(entry.serialNumber[...])
                            try serialize(entry.revokedAt, into: &coder)
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

    static func signed(toBeSigned: [UInt8], signature: Signature) throws -> [UInt8] {
        var serializer = DER.Serializer()
        try serializer.appendConstructedNode(identifier: .sequence) { list in
            list.serializeRawBytes(toBeSigned)
            try serializeAlgorithm(into: &list)
            try list.serialize(ASN1BitString(bytes: signature.bytes[...]))
        }
        return serializer.serializedBytes
    }

    private static func serializeAlgorithm(into coder: inout DER.Serializer) throws {
        try coder.appendConstructedNode(identifier: .sequence) { try $0.serialize(ecdsaWithSHA256) }
    }

    private static func checkAlgorithm(_ node: ASN1Node) throws {
        try DER.sequence(node, identifier: .sequence) { nodes in
            guard try ASN1ObjectIdentifier(derEncoded: &nodes) == ecdsaWithSHA256 else {
                throw ASN1Error.invalidASN1Object(reason: "the list is not signed by ECDSA with SHA-256")
            }
        }
    }

    private static func entries(_ node: ASN1Node) throws -> [RevocationList.Entry] {
        try DER.sequence(node, identifier: .sequence) { nodes in
            var entries: [RevocationList.Entry] = []
            while let entry = nodes.next() {
                entries.append(
                    try DER.sequence(entry, identifier: .sequence) { parts in
                        let serialNumber = try ArraySlice<UInt8>(derEncoded: &parts)
                        let revokedAt = try time(&parts)
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

    /// RFC 5280, section 5.1.2.4: UTCTime through the year 2049, GeneralizedTime from 2050 on.
    private static func time(_ nodes: inout ASN1NodeCollection.Iterator) throws -> Timestamp {
        guard let node = nodes.next() else {
            throw ASN1Error.invalidASN1Object(reason: "a time is missing")
        }
        if node.identifier == .utcTime {
            let time = try UTCTime(derEncoded: node)
            return Timestamp(
                utcYear: time.year, month: time.month, day: time.day,
                hours: time.hours, minutes: time.minutes, seconds: time.seconds
            )
        }
        let time = try GeneralizedTime(derEncoded: node)
        return Timestamp(
            utcYear: time.year, month: time.month, day: time.day,
            hours: time.hours, minutes: time.minutes, seconds: time.seconds
        )
    }

    private static func serialize(_ time: Timestamp, into coder: inout DER.Serializer) throws {
        let parts = time.utcComponents
        if parts.year < 2050 {
            try coder.serialize(
                UTCTime(
                    year: parts.year, month: parts.month, day: parts.day,
                    hours: parts.hours, minutes: parts.minutes, seconds: parts.seconds
                )
            )
        } else {
            try coder.serialize(
                GeneralizedTime(
                    year: parts.year, month: parts.month, day: parts.day,
                    hours: parts.hours, minutes: parts.minutes, seconds: parts.seconds, rawFractionalSeconds: []
                )
            )
        }
    }
}
