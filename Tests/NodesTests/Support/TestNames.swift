import Identity
import Nodes
import Testing

let suite = P256Suite()
let now = Timestamp(milliseconds: 1_795_248_000_123)
let validity = now.advanced(by: .seconds(-86_400))...now.advanced(by: .seconds(86_400))

func label(_ text: String) throws -> Label { try #require(Label(text)) }

func member(_ text: String) throws -> MemberName { try #require(MemberName(text)) }

extension AuthorityDirectory {
    /// A new authority of `department` in a directory of that name.
    static func make(_ department: String = "tax", in directory: TemporaryDirectory) throws -> AuthorityDirectory {
        try create(at: directory[department], department: label(department), suite: suite, validity: validity)
    }

    /// A certificate for a new key.
    mutating func issue(_ name: String, in consortium: String = "demo") throws -> MemberCertificate {
        try issue(
            to: member(name),
            in: label(consortium),
            publicKey: suite.generateSigningKey().verificationKey,
            validity: validity
        )
    }
}
