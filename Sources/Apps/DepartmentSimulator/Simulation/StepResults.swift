import Formats
import Identity
import Licences
import OneThings

/// What a simulated department returns: made of the seed, the case, the step and the attempt, so that an answer that
/// has to be given again is the same.
struct StepResults: Sendable {
    private let seed: SimulationSeed
    private let suite: any CryptoSuite

    init(seed: SimulationSeed, suite: any CryptoSuite) { (self.seed, self.suite) = (seed, suite) }

    /// Items with the files of the papers among them.
    struct Content: Sendable {
        let items: CaseItems
        let files: [CaseFile]
    }

    /// The codes that a step returns for the ledger.
    /// - Throws: `OneThingError` with code `wrongValue`.
    func values(
        returning fields: [Label], _ key: DepartmentTask.Key, _ known: OneThingCase,
        begun: CalendarDate
    ) throws -> [CaseValue] {
        try fields.map { field in
            if field.rawValue.hasSuffix("-on") { return try CaseValue(field, begun.text) }
            if field.rawValue == "uscc" { return try CaseValue(field, creditCode(of: known)) }
            var draws = draws(key, field)
            let letters = field.rawValue.split(separator: "-").compactMap(\.first).map { $0.uppercased() }.joined()
            return try CaseValue(field, "\(letters)-\(draws.digits(6))-\(draws.digits(4))")
        }
    }

    /// What a step returns off the ledger; `nil` where that is nothing.
    /// - Throws: `OneThingError` with code `wrongContent`.
    func content(_ names: [Label], _ key: DepartmentTask.Key, _ definition: OneThingDefinition) throws -> Content? {
        try content(names, key, definition, word: "办理结果")
    }

    /// What the lead mends or supplies: one thing that the step has to look at and that was handed in; `nil` where
    /// there is no such thing.
    /// - Throws: `OneThingError` with code `wrongContent`.
    func mended(_ key: DepartmentTask.Key, _ known: OneThingCase, _ definition: OneThingDefinition) throws -> Content? {
        let handedIn = definition.intake.filter { $0.condition.holds(for: known.options) }.map(\.item)
        let name = definition.step(key.step)?.needs.first { handedIn.contains($0) }
        return try name.flatMap { try content([$0], key, definition, word: "补正内容") }
    }

    private func content(
        _ names: [Label], _ key: DepartmentTask.Key, _ definition: OneThingDefinition, word: String
    ) throws -> Content? {
        guard !names.isEmpty else { return nil }
        var files: [CaseFile] = []
        let items = try names.map { name in
            var draws = draws(key, name)
            let text = "\(word) \(name) \(key.code) \(key.step) \(key.attempt)-\(key.round) \(draws.digits(8))"
            guard definition.material(name) != nil else { return try CaseItem(name, datum: text, using: &draws) }
            files.append(CaseFile(paper: name, bytes: Array(text.utf8)))
            return CaseItem(name, paper: suite.digest(of: Array(text.utf8)), using: &draws)
        }
        return Content(items: try CaseItems(items), files: files)
    }

    private func draws(_ key: DepartmentTask.Key, _ name: Label) -> SimulationSeed.Draws {
        seed.draws("result", key.code.text, "\(key.step)", "\(key.attempt)", "\(key.round)", "\(name)")
    }

    /// A code of an enterprise of the region 659900, which GB/T 2260 does not have, with both check characters
    /// (GB 32100-2015).
    func creditCode(of known: OneThingCase) -> String {
        var draws = seed.draws("uscc", known.code.text)
        return Self.creditCode(digits: draws.digits(6))
    }

    /// The same of six digits.
    static func creditCode(digits: String) -> String {
        let organisation = "MA" + digits
        let values = organisation.utf8.map { Int($0 < 65 ? $0 - 48 : $0 - 55) }
        let sum = zip(values, [3, 7, 9, 10, 5, 8, 4, 2]).reduce(0) { $0 + $1.0 * $1.1 }
        let check = 11 - sum % 11
        let code = "91659900" + organisation + (check == 10 ? "X" : check == 11 ? "0" : "\(check)")
        let alphabet = Array("0123456789ABCDEFGHJKLMNPQRTUWXY".utf8)
        let weights = [1, 3, 9, 27, 19, 26, 16, 17, 20, 29, 25, 13, 8, 24, 10, 30, 28]
        let total = zip(code.utf8, weights).reduce(0) { $0 + (alphabet.firstIndex(of: $1.0) ?? 0) * $1.1 }
        return code + String(decoding: [alphabet[(31 - total % 31) % 31]], as: UTF8.self)
    }
}
