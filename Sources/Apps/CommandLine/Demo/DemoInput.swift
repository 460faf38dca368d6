import Foundation

/// The files that the demonstration works on.
struct DemoInput: Sendable {
    let folder: URL

    var licences: URL { folder.appending(path: "licences.csv") }
    var broken: URL { folder.appending(path: "broken.csv") }
    /// A licence as a file, and its identifier in `licences.csv`.
    var document: URL { folder.appending(path: "files/001-1-20241217000001.pdf") }
    let documentIdentifier = "1.2.156.3005.2.11100000MB0143028R001.11650000MB1A0001XQ.20241217000001.001.Y"

    /// An opening of an enterprise; the end of that enterprise; the end of another, to which somebody objects.
    var opening: DemoCase {
        DemoCase(
            folder: folder.appending(path: "cases/opening"),
            papers: ["application-form", "articles", "office-documents", "address-proof", "name-declaration"])
    }
    var deregistration: DemoCase {
        DemoCase(folder: folder.appending(path: "cases/deregistration"), papers: ["application-form", "promise"])
    }
    var objection: DemoCase {
        DemoCase(folder: folder.appending(path: "cases/objection"), papers: ["application-form", "promise"])
    }

    /// The definitions that ship with the program lie beside the input.
    func definition(of matter: String) -> URL {
        folder.deletingLastPathComponent().appending(path: "Definitions/\(matter).json")
    }

    /// Finds the files: where the caller says, or in a folder `Demo` here, or above the executable.
    /// - Throws: ``CommandFailure`` of wrong use.
    static func find(_ given: String?) throws -> DemoInput {
        let candidates = given.map { [URL(fileURLWithPath: $0)] } ?? usualPlaces
        for folder in candidates {
            let input = DemoInput(folder: folder.standardizedFileURL)
            let needed =
                [input.licences, input.broken, input.document, input.opening.items]
                + DemoStory.matters.map { input.definition(of: $0) }
            if needed.allSatisfy({ FileManager.default.fileExists(atPath: $0.path) }) { return input }
        }
        let places = candidates.map(\.path).joined(separator: ", ")
        throw CommandFailure(
            .wrongUse,
            Phrase(
                "there is no licences.csv with broken.csv, files and cases in \(places), or no Definitions beside it; "
                    + "say where with --input",
                "在 \(places) 中没有 licences.csv、broken.csv、files 和 cases，或其旁没有 Definitions；请用 --input 指明"
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

/// What an applicant hands in.
struct DemoCase: Sendable {
    let folder: URL
    let papers: [String]

    var items: URL { folder.appending(path: "items.json") }
    /// What the applicant hands in later, because a department has found something wrong.
    var correction: URL { folder.appending(path: "correction.json") }
    /// The licence that the case issues, or is about.
    var licence: URL { folder.appending(path: "licence.csv") }

    /// What `onething open` takes.
    var options: [String] {
        ["--items", items.path]
            + papers.flatMap { ["--paper", "\($0)=\(folder.appending(path: "\($0).pdf").path)"] }
    }
}
