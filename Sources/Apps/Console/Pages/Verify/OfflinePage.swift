import Crypto
import Formats
import Foundation

/// The page that verifies as one file, for whoever keeps it and opens it where there is no network.
///
/// `Resources/verify/README.md` says how it is put together, step by step; a test compares what comes out with what the
/// program beside the browser's tests makes of the same parts.
struct OfflinePage: Sendable {
    /// The languages that it is there in, by the names of the pages' own.
    static let languages = ["zh": "zh-CN", "en": "en"]
    private static let prefix = "zhenglian"
    private static let entry = "import \"\(prefix)/verify-page.js\";"

    private let fragment: String
    private let template: String
    private let styles: String
    private let imports: String

    /// - Parameter text: gives a file of the console's resources by its name below `Resources`.
    /// - Throws: ``ConsoleStartError`` where a part is missing or cannot be put in.
    init(modules: [String], text: (String) -> String?) throws(ConsoleStartError) {
        func part(_ name: String) throws(ConsoleStartError) -> String {
            guard let text = text(name) else {
                throw ConsoleStartError("\(name) is missing among the console's resources: install the program whole")
            }
            return text
        }
        fragment = try part("verify/verify.html")
        template = try part("verify/offline.html")
        styles = try part("verify/verify.css")
        var members: [String] = []
        for name in modules.sorted(by: { $0.utf8.lexicographicallyPrecedes($1.utf8) }) {
            let module = try Self.withBareSpecifiers(try part("modules/\(name)"), in: name, among: modules)
            let octets = Data(module.utf8).base64EncodedString()
            members.append("\"\(Self.prefix)/\(name)\":\"data:text/javascript;base64,\(octets)\"")
        }
        imports = "{\"imports\":{\(members.joined(separator: ","))}}"
        guard !styles.contains("</"), !imports.contains("</") else {
            throw ConsoleStartError("'</' in the style sheet of the page that verifies would end the element it is in")
        }
    }

    /// The page in one language.
    /// - Throws: ``ConsoleStartError`` for a language that there is not, or a template with a name that is none.
    func page(language: String, node: String, genesis: [UInt8]) throws(ConsoleStartError) -> String {
        guard let tag = Self.languages[language] else {
            throw ConsoleStartError("'\(language)' is no language of the page that verifies")
        }
        let page = try Self.fill(
            fragment,
            [
                "language": language, "assets": "", "genesis": Data(genesis).base64EncodedString(),
                "node": Self.escaped(node),
            ])
        let policy =
            "default-src 'none'; script-src \(Self.digest(imports)) \(Self.digest(Self.entry)) data:; "
            + "style-src \(Self.digest(styles)); img-src data:; base-uri 'none'; form-action 'none'; "
            + "require-trusted-types-for 'script'"
        return try Self.fill(
            template,
            [
                "language": tag, "policy": policy, "node": Self.escaped(node), "styles": styles, "imports": imports,
                "page": page, "entry": Self.entry,
            ])
    }

    /// Names modules by what the import map has them as.
    private static func withBareSpecifiers(
        _ module: String, in name: String, among modules: [String]
    ) throws(ConsoleStartError) -> String {
        var lines: [String] = []
        for line in module.components(separatedBy: "\n") {
            guard line.hasPrefix("import ") else {
                lines.append(line)
                continue
            }
            guard let start = line.range(of: "} from \"./"), line.hasSuffix("\";"), line.hasPrefix("import { "),
                modules.contains(String(line[start.upperBound...].dropLast(2)))
            else { throw ConsoleStartError("\(name): the line '\(line)' cannot be put into the page for offline use") }
            lines.append(line.replacingOccurrences(of: "} from \"./", with: "} from \"\(prefix)/"))
        }
        return lines.joined(separator: "\n")
    }

    /// Puts values in the places of their names, from the beginning to the end: what was put in is not looked at again.
    private static func fill(_ template: String, _ values: [String: String]) throws(ConsoleStartError) -> String {
        var parts = template.components(separatedBy: "{{")
        var filled = parts.removeFirst()
        for part in parts {
            guard let end = part.range(of: "}}"), let value = values[String(part[..<end.lowerBound])] else {
                throw ConsoleStartError(
                    "a template of the page that verifies has a name that is none: {{\(part.prefix(20))")
            }
            filled += value + part[end.upperBound...]
        }
        return filled
    }

    /// A source of a content security policy (CSP level 3, section 2.3.1).
    private static func digest(_ text: String) -> String {
        "'sha256-\(Data(SHA256.hash(data: Data(text.utf8))).base64EncodedString())'"
    }

    private static func escaped(_ text: String) -> String {
        // As Python's html.escape spells them, with which the file is compared octet by octet.
        [("&", "&amp;"), ("<", "&lt;"), (">", "&gt;"), ("\"", "&quot;"), ("'", "&#x27;")].reduce(text) {
            $0.replacingOccurrences(of: $1.0, with: $1.1)
        }
    }
}
