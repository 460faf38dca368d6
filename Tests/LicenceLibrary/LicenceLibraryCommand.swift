import ArgumentParser
import Foundation
import LicenceLibrary
import Licences

/// Writes a library of licences for trials, and a copy with planted differences.
@main
struct LicenceLibraryCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "licence-library",
        abstract: "Write a library of fictitious licences of 36 kinds: the same seed makes the same library.",
        discussion: """
            Example: licence-library 1000000 library.csv --differences 50 --copy copy.csv --list differences.csv
            """
    )

    @Argument(help: "How many licences, 1 to 10000000.")
    var count: Int

    @Argument(help: "Where the library goes.")
    var output: String

    @Option(help: "The seed.")
    var seed: UInt64 = 1

    @Option(help: "The code of the department whose library it is.")
    var issuer = "11650000MB1A0001XQ"

    @Flag(help: "JSON lines instead of CSV.")
    var jsonLines = false

    @Option(help: "How many differences are planted in --copy.")
    var differences = 0

    @Option(help: "Where a copy of the library goes, with the differences.")
    var copy: String?

    @Option(help: "Where the list of the differences goes: kind and licence, as CSV.")
    var list: String?

    func validate() throws {
        guard (1...10_000_000).contains(count) else { throw ValidationError("the count is 1 to 10000000") }
        guard (0...count).contains(differences) else {
            throw ValidationError("--differences is at most one for each licence")
        }
        guard differences == 0 || copy != nil else { throw ValidationError("--differences goes with --copy") }
    }

    func run() throws {
        let generator = try LibraryGenerator(seed: seed, issuer: try UnifiedSocialCreditCode(issuer))
        let planted = PlantedDifferences(count: differences, among: count, seed: seed)
        let header = jsonLines ? nil : CSVLine.text(of: LicenceColumn.allCases.map(\.rawValue))
        var library = try LineWriter(output, header: header)
        var copied = try copy.map { try LineWriter($0, header: header) }
        for number in 0..<count {
            let values = try generator.values(of: number)
            try library.write(line(values))
            for row in try planted.rows(of: number, values: values, generator, total: count) {
                try copied?.write(line(row))
            }
        }
        try library.finish()
        try copied?.finish()
        guard let list else { return }
        var listed = try LineWriter(list, header: "kind,licence")
        for (number, kind) in planted.kinds.sorted(by: { $0.key < $1.key }) {
            try listed.write("\(kind.rawValue),\(try planted.licence(of: number, generator, total: count))")
        }
        try listed.finish()
    }

    private func line(_ values: [String]) -> String {
        jsonLines ? JSONLine.text(of: values) : CSVLine.text(of: values)
    }
}

/// Writes lines to a file, a megabyte at a time.
private struct LineWriter {
    private static let byteCount = 1 << 20

    private let handle: FileHandle
    private var buffer = Data()

    init(_ path: String, header: String?) throws {
        guard FileManager.default.createFile(atPath: path, contents: nil) else {
            throw LicenceError(.unwritableFile, "\(path) cannot be written")
        }
        handle = try FileHandle(forWritingTo: URL(fileURLWithPath: path))
        if let header { try write(header) }
    }

    mutating func write(_ line: String) throws {
        buffer.append(contentsOf: line.utf8)
        buffer.append(UInt8(ascii: "\n"))
        if buffer.count >= Self.byteCount { try flush() }
    }

    mutating func finish() throws {
        try flush()
        try handle.synchronize()
        try handle.close()
    }

    private mutating func flush() throws {
        try handle.write(contentsOf: buffer)
        buffer.removeAll(keepingCapacity: true)
    }
}
