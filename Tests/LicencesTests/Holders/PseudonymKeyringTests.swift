import Foundation
import Identity
import LedgerTestKit
import Licences
import Testing

@Suite("Pseudonyms of holders")
struct PseudonymKeyringTests {
    private let consortium: TestConsortium
    private let keyring: PseudonymKeyring

    init() throws {
        consortium = try TestConsortium()
        let key = try #require(PseudonymKey(Array(0..<32)))
        keyring = PseudonymKeyring(genesis: consortium.genesis, key: key, begins: TestConsortium.createdAt)
    }

    private func person(_ number: String = "650102199001011239") throws -> HolderCode {
        .person(try ResidentIdentityNumber(number))
    }

    private func organisation() throws -> HolderCode {
        .organisation(try UnifiedSocialCreditCode("91650100MA7ABCD12T"))
    }

    /// Computed from the description alone: `SEQUENCE { "zhenglian holder pseudonym 1", 1, "111", number }`.
    @Test func aPseudonymIsTheKeyedDigestOfKindAndNumber() throws {
        let purpose = Array("zhenglian holder pseudonym 1".utf8)
        let number = Array("650102199001011239".utf8)
        var content: [UInt8] = [0x0c, UInt8(purpose.count)] + purpose
        content += [0x02, 0x01, 0x01, 0x0c, 0x03] + Array("111".utf8)
        content += [0x0c, UInt8(number.count)] + number
        let input = [0x30, UInt8(content.count)] + content
        let expected = consortium.suite.authenticationCode(of: input, key: Array(0..<32))
        let pseudonym = keyring.pseudonym(of: try person())
        #expect(pseudonym.epoch == 1)
        #expect(pseudonym.digest == expected)
    }

    /// Whoever has the keys finds the holder among candidates, under whichever epoch the pseudonym was made.
    @Test func aPseudonymLeadsToItsHolderAmongCandidatesAlone() throws {
        let later = try keyring.rotated(at: TestConsortium.createdAt.advanced(by: .seconds(1)))
        let candidates = [try organisation(), try person("650102199001011212"), try person()]
        for pseudonym in later.pseudonyms(of: try person()) {
            #expect(try later.holder(of: pseudonym, among: candidates) == (try person()))
            #expect(try later.holder(of: pseudonym, among: candidates.dropLast()) == nil)
        }
        #expect(throws: LicenceError(.wrongKeyring, "")) {
            try keyring.holder(of: later.pseudonym(of: try person()), among: candidates)
        }
    }

    @Test(arguments: CryptoSuiteIdentifier.allCases)
    func theSuiteOfTheConsortiumMakesIt(suite: CryptoSuiteIdentifier) throws {
        let consortium = try TestConsortium(suite: suite)
        let first = PseudonymKeyring(
            genesis: consortium.genesis, key: try #require(PseudonymKey(Array(0..<32))),
            begins: TestConsortium.createdAt)
        let second = PseudonymKeyring(genesis: consortium.genesis, begins: TestConsortium.createdAt)
        #expect(first.pseudonym(of: try person()) == first.pseudonym(of: try person()))
        #expect(first.pseudonym(of: try person()) != second.pseudonym(of: try person()))
        #expect((first.pseudonym(of: try person()) == keyring.pseudonym(of: try person())) == (suite == .p256))
    }

    @Test func kindsNumbersAndEpochsAreKeptApart() throws {
        let rotated = try keyring.rotated(at: TestConsortium.createdAt)
        let all =
            rotated.pseudonyms(of: try person()) + rotated.pseudonyms(of: try organisation())
            + rotated.pseudonyms(of: try person("11010519491231002X"))
        #expect(Set(all).count == 6)
    }

    @Test func afterARotationOlderPseudonymsAreStillFound() throws {
        let rotated = try keyring.rotated(at: TestConsortium.createdAt.advanced(by: .seconds(1)))
        let before = keyring.pseudonym(of: try person())
        #expect(rotated.pseudonym(of: try person()).epoch == 2)
        #expect(rotated.pseudonyms(of: try person()).map(\.epoch) == [2, 1])
        #expect(rotated.pseudonyms(of: try person()).last == before)
        let table = try HolderRelinkingTable(of: [try person(), try organisation()], keyring: rotated)
        #expect(table.entries.count == 2)
        #expect(table.newest(of: before) == rotated.pseudonym(of: try person()))
        #expect(table.newest(of: rotated.pseudonym(of: try person())) == nil)
    }

    @Test func epochsHaveKeysOfTheirOwnInOrderOfTime() throws {
        let key = try #require(PseudonymKey(Array(0..<32)))
        #expect(throws: LicenceError(.wrongKeyring, "")) {
            try keyring.rotated(to: key, at: TestConsortium.createdAt)
        }
        #expect(throws: LicenceError(.wrongKeyring, "")) {
            try keyring.rotated(at: TestConsortium.createdAt.advanced(by: .seconds(-1)))
        }
        var many = keyring
        for _ in 1..<PseudonymKeyring.maximumEpochCount { many = try many.rotated(at: TestConsortium.createdAt) }
        #expect(throws: LicenceError(.wrongKeyring, "")) { try many.rotated(at: TestConsortium.createdAt) }
    }

    @Test func anotherConsortiumsKeysAreRefused() throws {
        try keyring.check(against: consortium.genesis)
        let other = try TestConsortium(consortium: "other")
        #expect(throws: LicenceError(.wrongKeyring, "")) { try keyring.check(against: other.genesis) }
    }

    @Test func itsFileSaysTheSameAgainAndNothingElse() throws {
        let rotated = try keyring.rotated(at: TestConsortium.createdAt)
        let data = try JSONEncoder().encode(rotated)
        #expect(try JSONDecoder().decode(PseudonymKeyring.self, from: data) == rotated)
        let text = String(decoding: data, as: UTF8.self)
        for broken in [
            text.replacingOccurrences(of: "\"epoch\":2", with: "\"epoch\":3"),
            text.replacingOccurrences(of: "0001020304", with: "00010203"),
            text.replacingOccurrences(of: "p256", with: "p384"),
        ] {
            #expect(broken != text)
            #expect(throws: (any Error).self) {
                try JSONDecoder().decode(PseudonymKeyring.self, from: Data(broken.utf8))
            }
        }
    }

    @Test func keysAreNeverPrinted() {
        #expect(!"\(keyring) \(keyring.newest.key)".contains("0001020304"))
    }
}
