import Foundation
import Testing

/// What can be checked of readability without a browser: contrast in both themes, labels, headings.
@Suite struct AccessibilityTests {
    private var resources: URL {
        URL(fileURLWithPath: #filePath).deletingLastPathComponent()
            .appendingPathComponent("../../Sources/Apps/Console/Resources")
    }

    /// Relative luminance of `#rrggbb` (WCAG 2.2).
    private func luminance(_ colour: String) throws -> Double {
        let value = try #require(UInt32(colour.dropFirst(), radix: 16))
        let parts = [value >> 16, value >> 8 & 0xFF, value & 0xFF].map { part in
            let share = Double(part & 0xFF) / 255
            return share <= 0.04045 ? share / 12.92 : pow((share + 0.055) / 1.055, 2.4)
        }
        return 0.2126 * parts[0] + 0.7152 * parts[1] + 0.0722 * parts[2]
    }

    private func contrast(_ one: String, _ other: String) throws -> Double {
        let (first, second) = (try luminance(one), try luminance(other))
        return (max(first, second) + 0.05) / (min(first, second) + 0.05)
    }

    @Test func textHasEnoughContrastInBothThemes() throws {
        let sheet = try String(contentsOf: resources.appendingPathComponent("assets/console.css"), encoding: .utf8)
        let themes = sheet.components(separatedBy: "--ink: #").dropFirst().prefix(3).map { "--ink: #" + $0 }
        #expect(themes.count == 3)
        for theme in themes {
            let block = theme.components(separatedBy: "}")[0]
            func colour(_ name: String) throws -> String {
                let rest = try #require(block.components(separatedBy: "--\(name): #").dropFirst().first)
                return "#" + rest.prefix(6)
            }
            for name in ["ink", "muted", "accent", "good", "bad", "warn"] {
                for ground in ["paper", "wash"] {
                    let found = try contrast(try colour(name), try colour(ground))
                    #expect(found >= 4.5, "\(name) on \(ground): \(found)")
                }
            }
        }
    }

    @Test func everyFieldHasALabelAndEveryTableItsHeads() throws {
        let folder = resources.appendingPathComponent("templates")
        for name in try FileManager.default.contentsOfDirectory(atPath: folder.path) {
            let text = try String(contentsOf: folder.appendingPathComponent(name), encoding: .utf8)
            for part in text.components(separatedBy: "<input ").dropFirst() {
                let field = part.components(separatedBy: ">")[0]
                guard !field.contains("type=\"hidden\"") else { continue }
                let identifier = field.components(separatedBy: "id=\"").dropFirst().first?.components(
                    separatedBy: "\"")[0]
                let before = text.components(separatedBy: part)[0]
                let isWithinLabel =
                    before.components(separatedBy: "<label").count > before.components(separatedBy: "</label>").count
                #expect(
                    isWithinLabel || identifier.map { text.contains("for=\"\($0)\"") } == true, "\(name): \(field)")
            }
            for part in text.components(separatedBy: "<th").dropFirst() where !part.hasPrefix("ead") {
                #expect(part.hasPrefix(" scope=\""), "\(name): a head without its scope")
            }
            for part in text.components(separatedBy: "<svg").dropFirst() {
                let drawing = part.components(separatedBy: ">")[0]
                #expect(drawing.contains("role=\"img\"") || drawing.contains("aria-hidden"), "\(name)")
            }
            // One heading of the first rank, which the frame or the wall has; where the fragment that verifies is not
            // there, its page has one of its own.
            let count = text.components(separatedBy: "<h1").count - 1
            let heads = ["layout.mustache", "dashboard.mustache", "verify.mustache"]
            #expect(count == (heads.contains(name) ? 1 : 0), "\(name)")
        }
    }
}
