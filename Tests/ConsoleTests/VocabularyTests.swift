import Console
import Foundation
import Licences
import Testing

/// Codes that stand on the ledger have words in both languages.
@Suite struct VocabularyTests {
    private static let sources = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
        .appendingPathComponent("../../Sources")

    /// What contracts reject with, as their sources say: the codes of `ContractError`, those that its extensions add,
    /// and those of one-things and of certificates, which contracts take over by their names.
    private func codes() throws -> Set<String> {
        let files = FileManager.default.enumerator(at: Self.sources, includingPropertiesForKeys: nil)
        var codes: Set<String> = []
        for case let file as URL in try #require(files) where file.pathExtension == "swift" {
            let text = try String(contentsOf: file, encoding: .utf8)
            let isWhole = ["ContractError.swift", "OneThingError.swift"].contains(file.lastPathComponent)
            let parts =
                isWhole
                ? [text]
                : text.components(separatedBy: "extension ContractError.Code {").dropFirst().map {
                    $0.components(separatedBy: "\n}")[0]
                }
            for part in parts {
                for use in part.components(separatedBy: "(rawValue: \"").dropFirst() {
                    codes.insert(use.components(separatedBy: "\"")[0])
                }
            }
        }
        return codes
    }

    @Test func everyCodeThatAContractRejectsWithHasWords() throws {
        let codes = try codes()
        #expect(codes.count > 60)
        for code in codes.sorted() {
            let words = Vocabulary.refusal(code)
            #expect(words != nil, "\(code) has no words: add them to Vocabulary+Refusals.swift")
            #expect(words.map { Self.isHan($0.chinese) && !Self.isHan($0.english) } ?? true, "\(code)")
        }
    }

    @Test func aCodeWithoutWordsIsToldWithTheContractsOwnCut() {
        let text = RefusalText("ofLater", message: String(repeating: "long ", count: 1_000))
        #expect(text.says.chinese.contains("合约拒绝") && text.says.english.contains("refused"))
        #expect(text.message?.count == RefusalText.characterCount + 1)
        #expect(text.message?.hasSuffix("…") == true)
        #expect(RefusalText("alreadyIssued", message: nil).message == nil)
    }

    @Test func kindsOfLicencesAreNamedInBothLanguages() {
        for code in LicenceTypeRegistry().codes {
            let name = Vocabulary.licenceKind(code.text)
            #expect(Self.isHan(name.chinese) && !Self.isHan(name.english), "\(code)")
        }
        let unknown = Vocabulary.licenceKind("11100000MBDEM0015F901")
        #expect(unknown.english == "unregistered kind 11100000MBDEM0015F901")
        #expect(unknown.chinese == "未登记的证照类型 11100000MBDEM0015F901")
        #expect(Vocabulary.licenceKind("<b>").english == "unregistered kind <b>")
    }

    @Test func regionsAreNamedInBothLanguages() {
        for prefecture in RegionCode.prefecturesOfXinjiang.keys {
            let name = Vocabulary.region("\(prefecture)00")
            #expect(Self.isHan(name.chinese) && !Self.isHan(name.english) && !name.english.isEmpty, "\(prefecture)")
        }
        #expect(Vocabulary.region("650105").english == "Urumqi 650105")
        #expect(Vocabulary.region("110000").english == "110000")
    }

    @Test func whyAUseWasDeniedIsToldInBothLanguages() {
        for reason in DenialReason.allCases {
            let words = Vocabulary.denial(reason.word)
            #expect(Self.isHan(words.chinese) && !Self.isHan(words.english), "\(reason)")
        }
        for outcome in VerificationUse.Outcome.allCases {
            #expect(Self.isHan(Vocabulary.verification("\(outcome.rawValue)").chinese), "\(outcome)")
        }
    }

    private static func isHan(_ text: String) -> Bool {
        text.unicodeScalars.contains { (0x4E00...0x9FFF).contains($0.value) }
    }
}
