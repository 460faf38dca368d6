import Console
import Foundation
import HTTPTypes
import HummingbirdTesting
import NIOCore
import Testing

/// Both languages are complete, and every word is in a table.
@Suite struct LanguageTests {
    private var templates: [String: String] {
        get throws {
            let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
                .appendingPathComponent("../../Sources/Apps/Console/Resources/templates")
            let names = try FileManager.default.contentsOfDirectory(atPath: folder.path)
            return Dictionary(
                uniqueKeysWithValues: try names.map {
                    (
                        $0.replacingOccurrences(of: ".mustache", with: ""),
                        try String(contentsOf: folder.appendingPathComponent($0), encoding: .utf8)
                    )
                })
        }
    }

    @Test func everyPhraseIsSaidInBothLanguages() {
        for table in Words.tables {
            for (name, phrase) in table.phrases {
                #expect(!phrase.english.isEmpty && !phrase.chinese.isEmpty, "\(table.page).\(name)")
                let isHan = phrase.chinese.unicodeScalars.contains { (0x4E00...0x9FFF).contains($0.value) }
                #expect(
                    isHan || ["／", "P95"].contains(phrase.chinese) || name == "otherLanguage", "\(table.page).\(name)")
                let isLatin = phrase.english.unicodeScalars.allSatisfy { !(0x4E00...0x9FFF).contains($0.value) }
                #expect(isLatin || name == "otherLanguage", "\(table.page).\(name)")
            }
        }
        #expect(Words.tables.count == 26)
    }

    @Test func everyWordOfATemplateIsInItsTable() throws {
        let templates = try templates
        let common = Set(try #require(Words.tables.first { $0.page == "layout" }).phrases.keys)
        #expect(Words.tables.allSatisfy { $0.page == "layout" || $0.phrases["title"] != nil })
        for table in Words.tables {
            let text = try #require(templates[table.page], "\(table.page) has no template")
            let partials = text.components(separatedBy: "{{>").dropFirst().compactMap { part in
                part.components(separatedBy: "}}").first.flatMap { templates[$0] }
            }
            for part in [text] + partials {
                for use in part.components(separatedBy: "{{words.").dropFirst() {
                    let name = use.components(separatedBy: "}}")[0]
                    // The frame shows the title of the page that it is around.
                    #expect(table.phrases[name] != nil || name == "title", "\(table.page): words.\(name)")
                }
                for use in part.components(separatedBy: "{{shell.").dropFirst() {
                    let name = use.components(separatedBy: "}}")[0]
                    #expect(common.contains(name), "\(table.page): shell.\(name)")
                }
            }
        }
    }

    /// The frame's words are a table of their own under a name of their own: what a page calls something by the same
    /// name changes nothing around it.
    @Test func noPageChangesTheWordsOfTheFrame() async throws {
        let templates = try templates
        for name in ["layout", "section-tabs"] {
            let words = try #require(templates[name]).components(separatedBy: "{{words.").dropFirst().map {
                $0.components(separatedBy: "}}")[0]
            }
            #expect(words.allSatisfy { $0 == "title" }, "\(name) says words of pages: \(words)")
        }
        // A page whose table has names of the frame's, with other words.
        let layout = try #require(Words.tables.first { $0.page == "layout" }).phrases
        let colliding = Words.tables.filter { table in
            table.page != "layout" && table.phrases.contains { layout[$0.key] != nil && layout[$0.key] != $0.value }
        }
        #expect(!colliding.isEmpty)
        let scene = try ConsoleScene()
        try await scene.ledger.idle(1)
        var feet: Set<String> = []
        for path in ["/", "/explorer/nodes", "/explorer/contracts", "/explorer/search", "/trace", "/onethings/matters"]
        {
            let page = try await scene.page("\(path)?lang=en")
            feet.insert(page.components(separatedBy: "<footer").last ?? "")
            #expect(page.contains("placeholder=\"Height, code, identifier, digest\""), "\(path)")
        }
        #expect(feet.count == 1)
        #expect(feet.first?.contains("node <span class=\"num\">department-0/validator/node</span>") == true)
    }

    @Test func noWordStandsInATemplate() throws {
        for (name, text) in try templates {
            // Without tags, what is put in, and code that is the same in every language.
            var rest = text
            for pattern in [
                "<pre[^>]*>[\\s\\S]*?</pre>", "<span class=\"seal\"[\\s\\S]*?</span>", "\\{\\{[^}]*\\}\\}", "<[^>]*>",
            ] {
                rest = rest.replacingOccurrences(of: pattern, with: " ", options: .regularExpression)
            }
            let letters = rest.filter(\.isLetter)
            #expect(letters.isEmpty, "\(name): \(letters)")
        }
    }

    @Test func theLanguageIsTheOneThatWasAskedForElseKeptElsePreferred() async throws {
        let scene = try ConsoleScene()
        try await scene.ledger.idle(1)
        func tag(_ path: String, _ headers: [(String, String)]) async throws -> String {
            let page = String(buffer: try await scene.get(path, headers: ConsoleScene.fields(headers)).body)
            return page.components(separatedBy: "<html lang=\"").last?.components(separatedBy: "\"").first ?? ""
        }
        #expect(try await tag("/", []) == "zh-Hans")
        #expect(try await tag("/", [("Accept-Language", "en-GB,en;q=0.9")]) == "en")
        #expect(try await tag("/", [("Accept-Language", "de, en;q=0.4, zh-CN;q=0.5")]) == "zh-Hans")
        #expect(try await tag("/", [("Accept-Language", "en;q=0, zh;q=0.1")]) == "zh-Hans")
        #expect(try await tag("/", [("Accept-Language", "en"), ("Cookie", "zhenglian-language=zh")]) == "zh-Hans")
        #expect(try await tag("/?lang=en", [("Cookie", "zhenglian-language=zh")]) == "en")
        #expect(try await tag("/?lang=xx", [("Accept-Language", ",;q=,;;en;q=9")]) == "zh-Hans")
        let chosen = try await scene.get("/?lang=en")
        #expect(chosen.headers[.setCookie]?.hasPrefix("zhenglian-language=en;") == true)
    }
}
