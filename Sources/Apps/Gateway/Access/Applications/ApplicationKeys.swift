import Formats
import Identity
import Ledger
import Licences

/// Where the contract `applications` keeps what. Everything is a department's own, so no department can take a name,
/// a client or a member away from another.
enum ApplicationKeys {
    static func application(_ name: ApplicationName, of department: DepartmentName) -> StateKey {
        StateKey("application", bytes(department), Array(name.text.utf8))
    }

    /// The name of the application that shows itself like this.
    static func client(
        _ client: ApplicationClient, of department: DepartmentName, suite: any CryptoSuite
    ) -> StateKey {
        StateKey("client", bytes(department), suite.digest(of: client.derBytes).bytes)
    }

    /// The name of the application that shows the certificate of this member.
    static func member(_ member: MemberName) -> StateKey { StateKey("member", Array(member.description.utf8)) }

    static func person(_ person: PersonReference, suite: any CryptoSuite) -> StateKey {
        StateKey(
            "person", bytes(person.department), suite.digest(of: Array(person.issuer.text.utf8)).bytes,
            person.subject.bytes)
    }

    static func platform(_ platform: PlatformReference, suite: any CryptoSuite) -> StateKey {
        StateKey("platform", bytes(platform.department), suite.digest(of: Array(platform.issuer.text.utf8)).bytes)
    }

    static func applications(of department: DepartmentName) -> TrailKey {
        TrailKey("applications", bytes(department))
    }

    static func people(of department: DepartmentName) -> TrailKey { TrailKey("people", bytes(department)) }

    static func platforms(of department: DepartmentName) -> TrailKey { TrailKey("platforms", bytes(department)) }

    static func claims(of department: DepartmentName) -> StateKey { StateKey("claims", bytes(department)) }

    static func claim(_ key: Digest, of department: DepartmentName) -> StateKey {
        StateKey("claim", bytes(department), key.bytes)
    }

    static func claim(number: UInt64, of department: DepartmentName) -> StateKey {
        StateKey(
            "claimNumber", bytes(department),
            (0..<8).map { UInt8(truncatingIfNeeded: number >> UInt64(56 - 8 * $0)) })
    }

    private static func bytes(_ department: DepartmentName) -> [UInt8] { Array(department.rawValue.utf8) }
}
