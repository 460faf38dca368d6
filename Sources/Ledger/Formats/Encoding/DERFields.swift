package import Identity
package import SwiftASN1

// Field readers and writers that every structure shares, the arguments of contracts among them. Readers refuse what is
// out of range; there is no second check.

extension ASN1NodeCollection.Iterator {
    package mutating func digest() throws -> Digest {
        guard let digest = Digest(try octets(limit: Digest.byteCount)) else {
            throw FormatError(.outOfRange, "a digest is an OCTET STRING of \(Digest.byteCount) bytes")
        }
        return digest
    }

    package mutating func octets(limit: Int) throws -> [UInt8] {
        let octets = try ASN1OctetString(derEncoded: &self)
        guard octets.bytes.count <= limit else {
            throw FormatError(
                .tooLarge, "an OCTET STRING has \(octets.bytes.count) bytes; at most \(limit) are allowed")
        }
        return Array(octets.bytes)
    }

    /// An OCTET STRING under an EXPLICIT tag of its own, which may be missing.
    package mutating func optionalOctets(tag: UInt, limit: Int) throws -> [UInt8]? {
        let octets = try DER.optionalExplicitlyTagged(&self, tagNumber: tag, tagClass: .contextSpecific) {
            try ASN1OctetString(derEncoded: $0)
        }
        guard let octets else { return nil }
        guard octets.bytes.count <= limit else {
            throw FormatError(
                .tooLarge, "an OCTET STRING has \(octets.bytes.count) bytes; at most \(limit) are allowed")
        }
        return Array(octets.bytes)
    }

    package mutating func text(limit: Int) throws -> String {
        let text = try ASN1UTF8String(derEncoded: &self)
        guard text.bytes.count <= limit, let string = String(validating: text.bytes, as: UTF8.self) else {
            throw FormatError(.outOfRange, "a UTF8String is not valid UTF-8 of at most \(limit) bytes")
        }
        return string
    }

    package mutating func label() throws -> Label {
        let text = try text(limit: 32)
        guard let label = Label(text) else {
            throw FormatError(.outOfRange, "'\(text)' is no name: 1 to 32 characters of a-z, 0-9 and '-'")
        }
        return label
    }

    package mutating func suite() throws -> CryptoSuiteIdentifier {
        let name = try text(limit: 16)
        guard let suite = CryptoSuiteIdentifier(rawValue: name) else {
            throw FormatError(.outOfRange, "this software has no crypto suite '\(name)'")
        }
        return suite
    }

    package mutating func integer(in range: ClosedRange<Int64>) throws -> Int64 {
        let value = try Int64(derEncoded: &self)
        guard range.contains(value) else {
            throw FormatError(.outOfRange, "\(value) is outside of \(range.lowerBound)...\(range.upperBound)")
        }
        return value
    }

    package mutating func number<Number: SequenceNumber>(_: Number.Type = Number.self) throws -> Number {
        Number(rawValue: UInt64(try integer(in: 0...Int64.max)))
    }

    package mutating func timestamp() throws -> Timestamp {
        Timestamp(milliseconds: try integer(in: 0...Int64.max))
    }

    package mutating func version(_ known: Int64, of structure: String) throws {
        let version = try Int64(derEncoded: &self)
        guard version == known else {
            throw FormatError(
                .unknownVersion,
                "a \(structure) of version \(version); this software knows version \(known): use a newer one"
            )
        }
    }

    package mutating func enumerated() throws -> Int64 {
        guard let node = next() else { throw FormatError(.malformed, "an ENUMERATED is missing") }
        return try Int64(derEncoded: node, withIdentifier: .enumerated)
    }

    package mutating func signature() throws -> Signature {
        Signature(try octets(limit: Signature.maximumByteCount))
    }

    /// A `SEQUENCE OF` with a bound on its elements, which are read one by one.
    package mutating func list<Element>(
        limit: Int,
        of read: (inout ASN1NodeCollection.Iterator) throws -> Element
    ) throws -> [Element] {
        guard let node = next() else { throw FormatError(.malformed, "a SEQUENCE OF is missing") }
        return try DER.sequence(node, identifier: .sequence) { nodes in
            var elements: [Element] = []
            var rest = nodes
            while rest.next() != nil {
                guard elements.count < limit else {
                    throw FormatError(.tooLarge, "a SEQUENCE OF has more than the \(limit) elements allowed")
                }
                elements.append(try read(&nodes))
                rest = nodes
            }
            return elements
        }
    }
}

extension ASN1Node {
    /// The digest that the node is, where what follows depends on what stands there.
    package func digest() throws -> Digest {
        guard let digest = Digest(try ASN1OctetString(derEncoded: self).bytes) else {
            throw FormatError(.outOfRange, "a digest is an OCTET STRING of \(Digest.byteCount) bytes")
        }
        return digest
    }
}

extension DER.Serializer {
    package mutating func serialize(_ digest: Digest) throws {
        try serialize(ASN1OctetString(contentBytes: digest.bytes[...]))
    }

    package mutating func serialize(octets: [UInt8]) throws {
        try serialize(ASN1OctetString(contentBytes: octets[...]))
    }

    package mutating func serialize(optionalOctets octets: [UInt8]?, tag: UInt) throws {
        guard let octets else { return }
        try serialize(explicitlyTaggedWithTagNumber: tag, tagClass: .contextSpecific) {
            try $0.serialize(octets: octets)
        }
    }

    package mutating func serialize(text: String) throws {
        try serialize(ASN1UTF8String(text))
    }

    package mutating func serialize(_ number: some SequenceNumber) throws {
        try serialize(number.rawValue)
    }

    package mutating func serialize(_ timestamp: Timestamp) throws {
        try serialize(timestamp.milliseconds)
    }

    package mutating func serialize(enumerated value: Int64) throws {
        try value.serialize(into: &self, withIdentifier: .enumerated)
    }

    package mutating func serialize(_ suite: CryptoSuiteIdentifier) throws {
        try serialize(text: suite.rawValue)
    }

    package mutating func serialize(_ signature: Signature) throws {
        try serialize(octets: signature.bytes)
    }

    package mutating func serialize<Element>(
        list: [Element],
        of write: (inout DER.Serializer, Element) throws -> Void
    ) throws {
        try appendConstructedNode(identifier: .sequence) { coder in
            for element in list {
                try write(&coder, element)
            }
        }
    }
}
