import Foundation

/// The files that the demonstration works on.
struct DemoInput: Sendable {
    let folder: URL

    var licences: URL { folder.appending(path: "licences.csv") }
    var broken: URL { folder.appending(path: "broken.csv") }
    /// A licence as a file, and its identifier in `licences.csv`.
    var document: URL { folder.appending(path: "files/001-1-20241217000001.pdf") }
    let documentIdentifier = "1.2.156.3005.2.11100000MB0143028R001.11650000MB1A0001XQ.20241217000001.001.Y"

    /// Finds the files: where the caller says, or in a folder `Demo` here, or above the executable.
    /// - Throws: ``CommandFailure`` of wrong use.
    static func find(_ given: String?) throws -> DemoInput {
        let candidates = given.map { [URL(fileURLWithPath: $0)] } ?? usualPlaces
        for folder in candidates {
            let input = DemoInput(folder: folder.standardizedFileURL)
            let needed = [input.licences, input.broken, input.document]
            if needed.allSatisfy({ FileManager.default.fileExists(atPath: $0.path) }) { return input }
        }
        let places = candidates.map(\.path).joined(separator: ", ")
        throw CommandFailure(
            .wrongUse,
            Phrase(
                "there is no licences.csv with broken.csv and files in \(places); say where with --input",
                "在 \(places) 中没有 licences.csv、broken.csv 和 files；请用 --input 指明"
            )
        )
    }

    /// Built products lie a few folders below the project's root.
    private static var usualPlaces: [URL] {
        var places = [URL(fileURLWithPath: "Demo")]
        var folder = Bundle.main.executableURL?.resolvingSymlinksInPath().deletingLastPathComponent()
        for _ in 0..<4 {
            folder?.deleteLastPathComponent()
            if let folder { places.append(folder.appending(path: "Demo")) }
        }
        return places
    }
}
