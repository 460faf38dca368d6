import Foundation
import GatewayAccess
import Identity
import LedgerTestKit
import Nodes
import Testing

/// Local accounts: their file, their passwords, and logging in.
@Suite("Local accounts")
struct LocalLoginTests {
    /// Little work, so that tests are many.
    private static let parameters = PasswordHash.Parameters(rounds: 1 << 10, blockSize: 8, parallelism: 1)

    private func account(_ name: String, _ password: String) throws -> LocalAccount {
        var generator = SeededGenerator(seed: 1)
        return LocalAccount(
            name: try #require(Label(name)), entitlements: [.administerGateway], createdAt: TestConsortium.createdAt,
            password: try PasswordHash(password, parameters: Self.parameters, using: &generator))
    }

    private func login(_ clock: HeldClock, _ accounts: [LocalAccount]) throws -> LocalLogin {
        var file = AccountFile()
        for account in accounts { try file.put(account) }
        var generator = SeededGenerator(seed: 2)
        return try LocalLogin(
            accounts: file, department: try #require(Label("market")), clock: clock, using: &generator)
    }

    private func code(
        _ login: LocalLogin, _ name: String, _ password: String, from address: String = "10.0.0.1"
    ) async -> AccessError.Code? {
        await accessCode { () async throws(AccessError) in
            try await login.principal(name: name, password: password, address: address)
        }
    }

    @Test func theRightPasswordLetsIn() async throws {
        let login = try login(HeldClock(), [account("li", "correct horse 1")])
        let principal = try await login.principal(name: "li", password: "correct horse 1", address: "10.0.0.1")
        #expect(principal.identifier == "account/market/li")
        #expect(principal.entitlements == [.verify, .administerGateway])
        #expect(await code(login, "li", "correct horse 2") == .wrongCredentials)
        #expect(await code(login, "li", "") == .wrongCredentials)
        #expect(await code(login, "wang", "correct horse 1") == .wrongCredentials)
        #expect(await code(login, "Li", "correct horse 1") == .wrongCredentials)
    }

    @Test func fiveWrongPasswordsLockTheAccountEvenForTheRightOne() async throws {
        let clock = HeldClock()
        let login = try login(clock, [account("li", "correct horse 1")])
        for number in 0..<5 { #expect(await code(login, "li", "wrong", from: "10.0.0.\(number)") == .wrongCredentials) }
        #expect(await code(login, "li", "correct horse 1", from: "10.0.1.1") == .loginLocked)
        #expect(await login.lockouts.map(\.subject) == ["li"])
        clock.advance(by: AccessLimits.loginLock)
        #expect(await code(login, "li", "correct horse 1", from: "10.0.1.1") == nil)
    }

    @Test func manyLoginsAtOnceAreBounded() async throws {
        let login = try login(HeldClock(), [account("li", "correct horse 1")])
        let codes = await withTaskGroup(of: AccessError.Code?.self) { group in
            for number in 0..<200 {
                group.addTask { await code(login, "name-\(number)", "wrong password", from: "10.0.0.\(number)") }
            }
            return await group.reduce(into: [AccessError.Code?: Int]()) { $0[$1, default: 0] += 1 }
        }
        #expect(Set(codes.keys).isSubset(of: [.wrongCredentials, .loginBusy]))
        #expect(codes[.wrongCredentials, default: 0] >= AccessLimits.waitingLogins)
    }

    @Test func anAccountThatWasRemovedLetsNobodyIn() async throws {
        let login = try login(HeldClock(), [account("li", "correct horse 1")])
        await login.update(AccountFile())
        #expect(await code(login, "li", "correct horse 1") == .wrongCredentials)
    }

    @Test func aFileOfAccountsIsItsOwnersAlone() throws {
        let directory = try TemporaryDirectory()
        let path = directory.path("accounts.json")
        var file = AccountFile()
        for name in ["wang", "li"] { try file.put(account(name, "correct horse 1")) }
        try file.write(file: path)
        #expect(try FileManager.default.attributesOfItem(atPath: path)[.posixPermissions] as? Int == 0o600)
        #expect(!(try String(contentsOfFile: path, encoding: .utf8)).contains("horse"))
        var read = try AccountFile(file: path)
        #expect(read == file)
        #expect(read.accounts.map(\.name.rawValue) == ["li", "wang"])
        #expect(try #require(read.accounts.first).password.matches("correct horse 1"))
        #expect(read.remove(try #require(Label("li"))))
        #expect(!read.remove(try #require(Label("li"))))
    }

    @Test(arguments: [
        "", "{}", "[]", #"{"version":2,"accounts":[]}"#, #"{"version":1,"accounts":[{}]}"#, "\u{0}",
        String(repeating: "[", count: 100_000),
    ])
    func whatIsNoFileOfAccountsIsRefused(text: String) throws {
        let directory = try TemporaryDirectory()
        let path = directory.path("accounts.json")
        try Data(text.utf8).write(to: URL(filePath: path))
        #expect(throws: AccessError(.wrongFile, "")) { try AccountFile(file: path) }
    }

    @Test func aFileThatAsksForTooMuchWorkIsRefused() throws {
        let directory = try TemporaryDirectory()
        let path = directory.path("accounts.json")
        var file = AccountFile()
        try file.put(account("li", "correct horse 1"))
        try file.write(file: path)
        let text = try String(contentsOfFile: path, encoding: .utf8)
        for rounds in ["1073741824", "1000", "0", "-1024", "262144"] {
            let other = text.replacingOccurrences(of: "\"rounds\" : 1024", with: "\"rounds\" : \(rounds)")
            #expect(other != text)
            try Data(other.utf8).write(to: URL(filePath: path))
            #expect(throws: AccessError(.wrongFile, ""), "\(rounds)") { try AccountFile(file: path) }
        }
    }

    @Test func aPasswordIsLongEnough() throws {
        var generator = SeededGenerator(seed: 1)
        for password in ["", "elevenchars", String(repeating: "a", count: 1_025)] {
            #expect(throws: AccessError(.wrongValue, "")) {
                try PasswordHash(password, parameters: Self.parameters, using: &generator)
            }
        }
        let first = try PasswordHash("正确的马电池订书钉一二三", parameters: Self.parameters, using: &generator)
        let second = try PasswordHash("正确的马电池订书钉一二三", parameters: Self.parameters, using: &generator)
        #expect(first != second, "each has a salt of its own")
        #expect(try first.matches("正确的马电池订书钉一二三") && second.matches("正确的马电池订书钉一二三"))
        #expect(try !first.matches(String(repeating: "a", count: 100_000)))
    }

    @Test func thereAreNeverMoreAccountsThanMayBe() throws {
        var file = AccountFile()
        let one = try account("a", "correct horse 1")
        for number in 0..<AccessLimits.accounts {
            try file.put(
                LocalAccount(
                    name: try #require(Label("a\(number)")), entitlements: [], createdAt: one.createdAt,
                    password: one.password))
        }
        #expect(throws: AccessError(.wrongValue, "")) { try file.put(one) }
        try file.put(
            LocalAccount(
                name: try #require(Label("a0")), entitlements: [.readLedger], createdAt: one.createdAt,
                password: one.password))
        #expect(file.accounts.count == AccessLimits.accounts)
    }
}
