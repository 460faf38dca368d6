import Foundation
import Identity

/// The files that pages are made of, in memory: style sheet, modules, the fragments of the page that verifies.
///
/// A path is looked up among the names that were found at the start and never reaches the file system.
struct AssetCatalogue: Sendable {
    struct Asset: Sendable {
        let bytes: [UInt8]
        let contentType: String
        /// Strong, of the content (RFC 9110, section 8.8.3).
        let entityTag: String
        /// Whether it is for keeping, not for showing.
        var isDownload = false
    }

    /// What the addresses of this edition begin with: they change with any file, and may be kept for ever.
    let base: String
    let templates: [String: String]
    /// Whatever `verify/verify.html` is; `nil` where it is not there.
    let verifyFragment: String?
    private var assets: [String: Asset]
    /// Texts of the page that verifies: what it is put together from, and served from nowhere.
    private let parts: [String: String]
    private let edition: String

    /// Reads the resources.
    /// - Throws: ``ConsoleStartError`` where they are missing, too large or no text where text has to be.
    init(folder: URL, limit: Int = ConsoleLimits.assetByteCount) throws(ConsoleStartError) {
        var assets: [String: Asset] = [:]
        var templates: [String: String] = [:]
        var parts: [String: String] = [:]
        var total = 0
        for (path, bytes) in try Self.files(in: folder) {
            total += bytes.count
            guard total <= limit else {
                throw ConsoleStartError("the console's resources have more than \(limit) bytes")
            }
            if path.hasPrefix("templates/"), path.hasSuffix(".mustache") {
                templates[String(path.dropFirst("templates/".count).dropLast(".mustache".count))] =
                    try Self.text(bytes, path)
            } else if path.hasPrefix("verify/"), path.hasSuffix(".html") {
                parts[path] = try Self.text(bytes, path)
            } else if let type = ContentType.of(path), let served = Self.served(path) {
                assets[served] = Asset(bytes: bytes, contentType: type, entityTag: Self.tag(bytes))
            }
        }
        guard !templates.isEmpty else {
            throw ConsoleStartError("the console's templates are missing in \(folder.path): install the program whole")
        }
        let names = assets.keys.sorted()
        let digest = CryptoSuiteIdentifier.p256.suite.digest(
            of: names.flatMap { Array("\($0) \(assets[$0]?.entityTag ?? "")\n".utf8) })
        edition = String(digest.description.prefix(16))
        base = "/assets/\(edition)"
        verifyFragment = parts["verify/verify.html"]
        (self.assets, self.templates, self.parts) = (assets, templates, parts)
    }

    private static func tag(_ bytes: [UInt8]) -> String {
        "\"\(CryptoSuiteIdentifier.p256.suite.digest(of: bytes).description.prefix(32))\""
    }

    /// Adds the page that verifies as one file for each language, for whoever keeps it.
    /// - Parameters:
    ///   - node: what people call the node that it comes from.
    ///   - genesis: DER of the genesis document that it checks against.
    /// - Throws: ``ConsoleStartError``.
    mutating func addOfflinePages(node: String, genesis: [UInt8]) throws(ConsoleStartError) {
        let modules = names.filter { $0.hasPrefix("modules/") }.map { String($0.dropFirst("modules/".count)) }
        guard !modules.isEmpty else { return }
        let page = try OfflinePage(modules: modules) { name in
            parts[name] ?? assets[name].flatMap { String(validating: $0.bytes, as: UTF8.self) }
        }
        for language in OfflinePage.languages.keys.sorted() {
            let bytes = Array(try page.page(language: language, node: node, genesis: genesis).utf8)
            assets["verify/offline-\(language).html"] = Asset(
                bytes: bytes, contentType: ContentType.html, entityTag: Self.tag(bytes), isDownload: true)
        }
    }

    /// Looks an address up, below `/assets/`.
    /// - Returns: the file, and whether the address names this edition of it.
    func find(_ path: String) -> (asset: Asset, isOfEdition: Bool)? {
        if path.hasPrefix("\(edition)/"), let asset = assets[String(path.dropFirst(edition.count + 1))] {
            return (asset, true)
        }
        return assets[path].map { ($0, false) }
    }

    /// All names, for tests and for the program that puts the offline page together.
    var names: [String] { assets.keys.sorted() }

    subscript(name: String) -> Asset? { assets[name] }

    /// Files of the console's own stand at the top; modules that verify, those that sign, and the page that verifies in
    /// folders of their own.
    private static func served(_ path: String) -> String? {
        if path.hasPrefix("assets/") { return String(path.dropFirst("assets/".count)) }
        return ["modules/", "signing/", "verify/"].contains { path.hasPrefix($0) } ? path : nil
    }

    private static func text(_ bytes: [UInt8], _ path: String) throws(ConsoleStartError) -> String {
        guard let text = String(validating: bytes, as: UTF8.self) else {
            throw ConsoleStartError("\(path) of the console's resources is no UTF-8")
        }
        return text
    }

    private static func files(in folder: URL) throws(ConsoleStartError) -> [(path: String, bytes: [UInt8])] {
        let root = folder.standardizedFileURL.path
        guard let walk = FileManager.default.enumerator(atPath: root) else {
            throw ConsoleStartError("the console's resources cannot be read in \(root): install the program whole")
        }
        var files: [(path: String, bytes: [UInt8])] = []
        while let path = walk.nextObject() as? String {
            guard !path.split(separator: "/").contains(where: { $0.hasPrefix(".") }) else { continue }
            var isFolder: ObjCBool = false
            guard FileManager.default.fileExists(atPath: "\(root)/\(path)", isDirectory: &isFolder), !isFolder.boolValue
            else { continue }
            guard let data = FileManager.default.contents(atPath: "\(root)/\(path)") else {
                throw ConsoleStartError("\(path) of the console's resources cannot be read")
            }
            files.append((path, Array(data)))
        }
        return files.sorted { $0.path < $1.path }
    }
}

/// Why a console cannot be served: the program was installed in part.
public struct ConsoleStartError: Error, Sendable, CustomStringConvertible {
    /// What is missing, and what to do.
    public let message: String

    init(_ message: String) { self.message = message }

    public var description: String { message }
}

/// What kinds of files there are.
enum ContentType {
    static let html = "text/html; charset=utf-8"
    static let json = "application/json; charset=utf-8"
    static let events = "text/event-stream; charset=utf-8"
    static let csv = "text/csv; charset=utf-8"
    static let der = "application/octet-stream"

    /// By the end of a file's name; `nil` for what is not served.
    static func of(_ path: String) -> String? {
        switch path.split(separator: ".").last {
        case "css": "text/css; charset=utf-8"
        case "js": "text/javascript; charset=utf-8"
        case "svg": "image/svg+xml; charset=utf-8"
        case "html": html
        default: nil
        }
    }
}
