import Foundation
import Licences

/// The files of `Demo/`, found from this source file.
enum DemonstrationFiles {
    static let folder = URL(fileURLWithPath: #filePath)
        .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
        .appending(path: "Demo")

    static let licences = folder.appending(path: "licences.csv")
    static let broken = folder.appending(path: "broken.csv")

    /// The rules under which the demonstration's department imports.
    static func rules(_ strictness: LicenceTableRules.Strictness) throws -> LicenceTableRules {
        LicenceTableRules(
            strictness: strictness,
            issuer: try UnifiedSocialCreditCode("11650000MB1A0001XQ"),
            registry: LicenceTypeRegistry(
                adding: [try LicenceTypeCode("11100000MBDEM0015F901"): try DisplayName("食品经营许可证")]
            )
        )
    }
}
