/// An inline link or picture of a Markdown file, `[text](destination)`.
struct MarkdownLink: Equatable, Sendable {
    let destination: String
    /// Counted from 1.
    let line: Int

    /// The links of a text that are not in code.
    static func all(in text: String) -> [MarkdownLink] {
        var links: [MarkdownLink] = []
        var isInFence = false
        for (index, line) in text.split(separator: "\n", omittingEmptySubsequences: false).enumerated() {
            if line.drop(while: { $0 == " " }).hasPrefix("```") {
                isInFence.toggle()
            } else if !isInFence {
                links += destinations(in: line).map { MarkdownLink(destination: $0, line: index + 1) }
            }
        }
        return links
    }

    /// The path from the root that the link in the file at `file` leads to; `nil` where it leads out of the repository
    /// or stays in the file.
    func path(from file: String) -> String? {
        guard !destination.contains("://"), !destination.hasPrefix("mailto:"), !destination.hasPrefix("#") else {
            return nil
        }
        var folders = file.split(separator: "/").dropLast()
        for part in destination.prefix(while: { $0 != "#" }).split(separator: "/") {
            switch part {
            case ".": break
            case "..": folders = folders.dropLast()
            default: folders.append(part)
            }
        }
        return folders.joined(separator: "/")
    }

    private static func destinations(in line: Substring) -> [String] {
        // Every second part is between back-ticks: code.
        let prose = line.split(separator: "`", omittingEmptySubsequences: false).enumerated()
            .filter { $0.offset.isMultiple(of: 2) }.map(\.element).joined(separator: "`")
        return prose.split(separator: "](", omittingEmptySubsequences: false).dropFirst().compactMap { rest in
            rest.prefix { $0 != ")" && $0 != " " }
        }.map(String.init)
    }
}
