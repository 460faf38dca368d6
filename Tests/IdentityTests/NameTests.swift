import Foundation
import Identity
import Testing

@Suite("Labels, roles and names of members")
struct NameTests {
    @Test(arguments: ["a", "0", "tax", "a-b", "a--b", "0-9", String(repeating: "z", count: 32)])
    func theseAreLabels(text: String) throws {
        let label = try #require(Label(text))
        #expect(label.rawValue == text)
        #expect(label.description == text)
        #expect(Label("(\(text))".dropFirst().dropLast()) == label)
        let json = try JSONEncoder().encode([label])
        #expect(try JSONDecoder().decode([Label].self, from: json) == [label])
    }

    @Test(
        arguments: [
            "", "-", "-a", "a-", "A", "a b", "a_b", "a.b", "a/b", "a\n", "a\0", "税务", "é", "e\u{301}", "ａ",
            String(repeating: "z", count: 33),
        ]
    )
    func theseAreNot(text: String) throws {
        #expect(Label(text) == nil)
        let json = try JSONEncoder().encode([text])
        #expect(throws: DecodingError.self) { try JSONDecoder().decode([Label].self, from: json) }
    }

    @Test func labelsOrderByTheirBytes() throws {
        let sorted = ["0", "a", "a-b", "a0", "ab", "b"]
        #expect(try sorted.reversed().map(label).sorted().map(\.rawValue) == sorted)
    }

    @Test(arguments: Role.allCases)
    func aMemberComesBackFromItsText(role: Role) throws {
        let text = "land-registry/\(role.rawValue)/node-1"
        let member = try #require(MemberName(text))
        #expect(member.description == text)
        #expect(member.role == role)
        #expect(member == MemberName(department: member.department, role: role, name: member.name))
        let json = try JSONEncoder().encode([member])
        #expect(try JSONDecoder().decode([MemberName].self, from: json) == [member])
    }

    @Test(
        arguments: [
            "", "/", "//", "tax", "tax/validator", "tax/validator/", "/validator/node", "tax//node", "tax/king/node",
            "tax/Validator/node", "tax/validator/node/", "/tax/validator/node", "tax/validator/node/more",
            "tax/validator/Node", "tax /validator/node", "tax\\validator\\node", "spiffe://demo/tax/validator/node",
        ]
    )
    func otherTextIsNoMember(text: String) throws {
        #expect(MemberName(text) == nil)
        let json = try JSONEncoder().encode([text])
        #expect(throws: DecodingError.self) { try JSONDecoder().decode([MemberName].self, from: json) }
    }

    @Test func membersOrderByTheirTextsBytes() throws {
        let sorted = ["a-b/client/a", "a/auditor/z", "a/client/a", "a/client/b", "b/auditor/a"]
        #expect(try sorted.reversed().map(member).sorted().map(\.description) == sorted)
    }

    @Test func errorsAreEqualByTheirCode() throws {
        struct Cause: Error {}
        let error = IdentityError(.expired, "one", cause: Cause())
        #expect(error == IdentityError(.expired, "two"))
        #expect(error != IdentityError(.revoked, "one", cause: Cause()))
        #expect(error.description == "one (expired: Cause())")
        #expect(IdentityError(.revoked, "two").description == "two (revoked)")
        let copy = try JSONDecoder().decode(IdentityError.self, from: JSONEncoder().encode(error))
        #expect(copy == error && copy.message == error.message && copy.cause == error.cause)
    }
}
