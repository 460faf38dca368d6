/// A licence whatever its version (证照): type, issuer and serial of its identifier. The catalogue has one entry for
/// each.
public struct LicenceKey: Hashable, Comparable, Sendable, CustomStringConvertible {
    /// `<type>.<issuer>.<serial>`
    public let text: String

    public init(_ identifier: LicenceIdentifier) {
        text = "\(identifier.typeCode.text).\(identifier.issuerCode.text).\(identifier.serial.text)"
    }

    public var description: String { text }

    /// Byte order of the text.
    public static func < (left: LicenceKey, right: LicenceKey) -> Bool {
        left.text.utf8.lexicographicallyPrecedes(right.text.utf8)
    }
}
