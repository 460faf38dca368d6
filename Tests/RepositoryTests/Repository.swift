import Foundation

/// The checkout that these tests were built from, as a tree of text files.
enum Repository {
    /// Where the checkout is: two folders above this file's own.
    static let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent()

    /// Folders that tools make and git ignores.
    private static let ignoredFolders: Set<String> = [
        ".build", ".git", ".swiftpm", ".venv", "__pycache__", "demo-data", "node_modules",
    ]

    /// Every file's path from the root, in order of the bytes of the paths.
    static let paths: [String] = {
        var paths: [String] = []
        collect(into: &paths, folder: "")
        return paths.sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
    }()

    /// The Swift files below any of `folders`, taken apart once for all tests.
    static func sources(in folders: [String]) -> [SwiftSource] {
        allSources.filter { source in folders.contains { source.path.hasPrefix($0 + "/") } }
    }

    /// The text of a file.
    static func text(of path: String) throws -> String {
        try String(contentsOf: root.appending(path: path), encoding: .utf8)
    }

    /// The text of a file; `nil` where it is not UTF-8: a picture, an archive.
    static func textIfAny(of path: String) -> String? {
        guard let data = FileManager.default.contents(atPath: root.appending(path: path).path) else { return nil }
        return String(data: data, encoding: .utf8)
    }

    private static let allSources: [SwiftSource] = paths.compactMap { path in
        guard path.hasSuffix(".swift"), let text = textIfAny(of: path) else { return nil }
        return SwiftSource(path: path, text: text)
    }

    private static func collect(into paths: inout [String], folder: String) {
        let path = root.appending(path: folder).path
        guard let names = try? FileManager.default.contentsOfDirectory(atPath: path) else { return }
        for name in names where !ignoredFolders.contains(name) {
            let child = folder.isEmpty ? name : folder + "/" + name
            var isFolder: ObjCBool = false
            guard FileManager.default.fileExists(atPath: root.appending(path: child).path, isDirectory: &isFolder)
            else { continue }
            if isFolder.boolValue {
                collect(into: &paths, folder: child)
            } else if name != "Package.resolved" {
                paths.append(child)
            }
        }
    }
}
