/// One licence of a table, every value checked.
public struct LicenceRow: Hashable, Sendable {
    /// The line in the table, from 1; the header is line 1.
    public let line: Int
    public let identifier: LicenceIdentifier
    public let typeName: DisplayName
    public let name: DisplayName
    public let holderName: DisplayName
    public let holder: HolderCode
    public let issuerName: DisplayName
    /// The issuing department's own code.
    public let issuer: LicenceIssuerCode
    public let issuedOn: CalendarDate
    public let validity: LicenceValidity
    public let region: RegionCode
    public let file: RelativeFilePath?
    /// What was accepted although the standard refuses it, each with its column; empty under strict reading.
    public let warnings: [String]
}

extension LicenceRow: CustomStringConvertible, CustomReflectable {
    /// Line and identifier: the rest may be personal data.
    public var description: String { "line \(line): \(identifier)" }

    /// As much as the description says.
    public var customMirror: Mirror { Mirror(self, children: ["line": line, "identifier": identifier]) }
}
