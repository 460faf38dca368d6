import Foundation
import Testing

@Suite("The tree")
struct TreeTests {
    /// Paths of the machine that somebody happened to work on. They are put together here, or this file would break its
    /// own rule.
    private static let machinePaths = ["work", "opt/swift-packages", "Users", "home"].map { "/" + $0 + "/" }

    @Test func noFileNamesAPathOfOneMachine() {
        for path in Repository.paths {
            guard let text = Repository.textIfAny(of: path) else { continue }
            for found in Self.machinePaths(in: text) {
                Issue.record("\(path):\(found.line): \(found.text) is a path of one machine")
            }
        }
    }

    @Test func aPathOfOneMachineIsFoundAndPartsOfOtherPathsAreNot() {
        let text = "see https://example.org/home/a\nsrc\(Self.machinePaths[0])\n cd \(Self.machinePaths[1])b\n"
        #expect(Self.machinePaths(in: text).map(\.line) == [3])
    }

    @Test func whatToolsMakeIsNotInGit() throws {
        let listed = try Command.run("/usr/bin/env", ["git", "ls-files", "-z"], in: Repository.root)
        // A source archive has no history to look at; then there is nothing to check either.
        guard listed.status == 0 else { return }
        let made: Set<Substring> = [".build", ".swiftpm", "Package.resolved", "__pycache__", "demo-data", ".DS_Store"]
        for path in listed.standardOutput.split(separator: "\0") {
            #expect(path.split(separator: "/").allSatisfy { !made.contains($0) }, "\(path) is made by a tool")
        }
    }

    @Test func textIsTidy() {
        let endings = [".swift", ".md", ".asn1", ".py", ".policy", ".exceptions", ".sh", ".txt", "Makefile"]
        let folders = ["scripts/", ".ci/"]
        for path in Repository.paths {
            #expect(!path.contains { $0.isWhitespace }, "\(path): white space in a path breaks scripts")
            guard endings.contains(where: path.hasSuffix) || folders.contains(where: path.hasPrefix),
                let text = Repository.textIfAny(of: path)
            else { continue }
            for mistake in Self.untidiness(of: text, allowsTabs: path.hasSuffix("Makefile")) {
                Issue.record("\(path):\(mistake)")
            }
        }
    }

    @Test(arguments: [
        ("a \n", "1: white space"), ("a\r\n", "1: white space"), ("a\n\tb\n", "2: a tab"), ("a", "1: no line break"),
    ])
    func untidyTextIsFound(text: String, mistake: String) {
        #expect(Self.untidiness(of: text, allowsTabs: false).contains { $0.hasPrefix(mistake) })
        #expect(Self.untidiness(of: "a\n\n  b\n", allowsTabs: false).isEmpty)
    }

    @Test func everyRelativeLinkLeadsSomewhere() throws {
        let paths = Set(Repository.paths)
        for path in Repository.paths where path.hasSuffix(".md") {
            for link in MarkdownLink.all(in: try Repository.text(of: path)) {
                guard let target = link.path(from: path) else { continue }
                let isThere = paths.contains(target) || paths.contains { $0.hasPrefix(target + "/") }
                #expect(isThere, "\(path):\(link.line): the link to \(link.destination) leads nowhere")
            }
        }
    }

    @Test func everyDecisionIsInTheIndex() throws {
        let folder = "docs/decisions/"
        let index = try Repository.text(of: folder + "README.md")
        let listed = MarkdownLink.all(in: index).compactMap { $0.path(from: folder + "README.md") }
        for path in Repository.paths
        where path.hasPrefix(folder) && path.hasSuffix(".md") && !path.hasSuffix("README.md") {
            #expect(listed.contains(path), "\(path): add a line with a link to it to \(folder)README.md")
        }
    }

    @Test func linksAreFoundOutsideOfCode() {
        let text = "[a](b.md) and ![c](../d.png \"e\")\n```\n[f](g)\n```\n`[h](i)` [j](https://k) [l](#m) [n](o.md#p)\n"
        let links = MarkdownLink.all(in: text)
        #expect(links.map(\.destination) == ["b.md", "../d.png", "https://k", "#m", "o.md#p"])
        #expect(links.map(\.line) == [1, 1, 5, 5, 5])
        #expect(links.map { $0.path(from: "docs/x/y.md") } == ["docs/x/b.md", "docs/d.png", nil, nil, "docs/x/o.md"])
    }

    private static func machinePaths(in text: String) -> [(line: Int, text: String)] {
        // Most files have none: one fast look before the lines are taken apart.
        let present = machinePaths.filter { text.contains($0) }
        guard !present.isEmpty else { return [] }
        return text.split(separator: "\n", omittingEmptySubsequences: false).enumerated().flatMap { index, line in
            present.filter { path in
                line.ranges(of: path).contains { range in
                    // Behind a letter or a digit it is the middle of some other path.
                    guard range.lowerBound > line.startIndex else { return true }
                    let before = line[line.index(before: range.lowerBound)]
                    return !before.isLetter && !before.isNumber
                }
            }.map { (line: index + 1, text: $0) }
        }
    }

    private static func untidiness(of text: String, allowsTabs: Bool) -> [String] {
        var mistakes: [String] = []
        let lines = Array(text.utf8).split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
        for (index, line) in lines.enumerated() {
            if let last = line.last, [UInt8(ascii: " "), UInt8(ascii: "\t"), UInt8(ascii: "\r")].contains(last) {
                mistakes.append("\(index + 1): white space at the end of the line")
            }
            if !allowsTabs, line.contains(UInt8(ascii: "\t")) {
                mistakes.append("\(index + 1): a tab")
            }
        }
        if lines.last?.isEmpty == false {
            mistakes.append("\(lines.count): no line break at the end of the file")
        }
        return mistakes
    }
}
