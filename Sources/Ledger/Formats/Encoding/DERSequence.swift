public import SwiftASN1

/// A structure of `docs/zhenglian.asn1` that is an ASN.1 `SEQUENCE`.
///
/// A conforming type gives its fields in order; tag, length and nesting are done here. Values that exist are valid:
/// `init(fields:)` refuses whatever a field's range forbids.
public protocol DERSequence: DERImplicitlyTaggable, Sendable {
    /// Reads the fields in order, and no more: a field that is left over makes the structure malformed.
    init(fields: inout ASN1NodeCollection.Iterator) throws

    /// Writes the fields in order.
    func serialize(fields: inout DER.Serializer) throws
}

extension DERSequence {
    public static var defaultIdentifier: ASN1Identifier { .sequence }

    public init(derEncoded node: ASN1Node, withIdentifier identifier: ASN1Identifier) throws {
        self = try DER.sequence(node, identifier: identifier) { try Self(fields: &$0) }
    }

    public func serialize(into coder: inout DER.Serializer, withIdentifier identifier: ASN1Identifier) throws {
        try coder.appendConstructedNode(identifier: identifier) { try serialize(fields: &$0) }
    }

    /// Parses the DER of one structure.
    /// - Parameters:
    ///   - bytes: the DER, all of it.
    ///   - limit: more bytes than this are refused before they are looked at.
    /// - Throws: ``FormatError``.
    public init(derBytes bytes: [UInt8], limit: Int) throws(FormatError) {
        guard bytes.count <= limit else {
            throw FormatError(.tooLarge, "\(Self.self) of \(bytes.count) bytes; at most \(limit) are allowed")
        }
        do {
            self = try Self(derEncoded: bytes)
        } catch let error as FormatError {
            throw error
        } catch {
            throw FormatError(.malformed, "the bytes are no \(Self.self)", cause: error)
        }
    }

    /// The structure's DER.
    public var derBytes: [UInt8] {
        var serializer = DER.Serializer()
        do {
            try serializer.serialize(self)
        } catch {
            // Serializing throws only what a field's own serializer throws, and every field here is an integer, a
            // string or a structure of such that was valid when it was made.
            preconditionFailure("\(Self.self) does not serialize: \(error)")
        }
        return serializer.serializedBytes
    }
}
