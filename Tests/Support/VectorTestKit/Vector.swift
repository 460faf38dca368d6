public import Formats
import Identity

/// One value with its canonical bytes, by which a change of an encoding shows.
public struct Vector: Sendable {
    /// The type's name, and after a '-' what tells the value from others of the type.
    public let name: String
    public let bytes: [UInt8]
    /// Reads bytes as the vector's type and encodes what was read.
    let reencoded: @Sendable ([UInt8]) throws -> [UInt8]

    public init(_ name: String, _ bytes: [UInt8], reencoded: @escaping @Sendable ([UInt8]) throws -> [UInt8]) {
        self.name = name
        self.bytes = bytes
        self.reencoded = reencoded
    }

    /// A structure of the ASN.1 module.
    public init<Structure: DERSequence>(_ name: String, _ value: Structure) {
        self.init(name, value.derBytes) { try Structure(derBytes: $0, limit: 1 << 20).derBytes }
    }

    var line: String { "\(name) \(P256Suite().digest(of: bytes)) \(bytes.hexadecimal)" }
}
