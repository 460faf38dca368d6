/// Why a measurement cannot be made as it was asked for.
///
/// Two errors are equal when their codes are.
package struct LoadError: Error, Sendable, Equatable, CustomStringConvertible {
    package struct Code: RawRepresentable, Hashable, Sendable {
        package let rawValue: String

        package init(rawValue: String) { self.rawValue = rawValue }

        /// The department has no issuer code in genesis.
        package static let notAnIssuer = Code(rawValue: "notAnIssuer")
        /// No record has the size that was asked for.
        package static let impossibleSize = Code(rawValue: "impossibleSize")
        /// A transaction of so many records is larger than the channel allows.
        package static let batchTooLarge = Code(rawValue: "batchTooLarge")
        /// A department uses its own licences, for which it needs no entitlement.
        package static let ownLicences = Code(rawValue: "ownLicences")
        /// The ledger has not answered what preparing a measurement needs.
        package static let unprepared = Code(rawValue: "unprepared")
    }

    package let code: Code
    /// What is wrong and what to do.
    package let message: String

    package init(_ code: Code, _ message: String) {
        self.code = code
        self.message = message
    }

    package static func == (left: Self, right: Self) -> Bool { left.code == right.code }

    package var description: String { message }
}
