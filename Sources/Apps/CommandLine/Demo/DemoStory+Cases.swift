import Foundation
import Licences
import LocalConsortium

// What departments do in cases, by their commands.

extension DemoStory {
    /// Opens a case with what an applicant has handed in.
    /// - Returns: its code.
    func open(
        _ matter: String, _ subject: String, _ choices: [String], _ handedIn: DemoCase, as lead: Department,
        _ consortium: FoundedConsortium
    ) async throws -> String {
        try await narrator.run(
            ["onething", "open", matter, "--subject", subject] + choices.flatMap { ["--option", $0] }
                + handedIn.options + consortium.clientOptions(as: lead, at: lead), as: DemoAnswer.Case.self
        ).code
    }

    @discardableResult
    func act(
        _ code: String, _ step: String, _ words: [String], as department: Department, _ consortium: FoundedConsortium
    ) async throws -> DemoAnswer.Act {
        try await narrator.run(
            ["onething", "act", code, step] + words + consortium.clientOptions(as: department, at: department),
            as: DemoAnswer.Act.self)
    }

    /// Fetches all that a step needs, papers among it.
    /// - Returns: the data by their names.
    func fetch(
        _ code: String, _ step: String, attempt: Int = 1, as department: Department, _ consortium: FoundedConsortium
    ) async throws -> [String: String] {
        let out = "\(work)/cases/\(code)/\(step)-\(attempt)"
        _ = try await narrator.run(
            ["onething", "fetch", code, step, "--out", out]
                + consortium.clientOptions(as: department, at: department), as: DemoAnswer.Ignored.self)
        return try JSONDecoder().decode(
            [String: String].self, from: try Data(contentsOf: URL(fileURLWithPath: "\(out)/items.json")))
    }

    /// That a department finds a case in its inbox.
    func expect(
        _ step: String, of code: String, inInboxOf department: Department, _ consortium: FoundedConsortium
    ) async throws {
        let inbox = try await narrator.run(
            ["onething", "handoffs"] + consortium.clientOptions(as: department, at: department),
            as: DemoAnswer.Inbox.self)
        guard inbox.handoffs.contains(where: { $0.code == code && $0.step == step }) else {
            throw DemoFailure("\(department.name) has no '\(step)' of \(code) in its inbox")
        }
    }

    /// Shows how far a case has come.
    func progress(
        of code: String, as department: Department, _ consortium: FoundedConsortium
    ) async throws -> DemoAnswer.Progress {
        let progress = try await narrator.run(
            ["onething", "show", code] + consortium.clientOptions(as: department, at: department),
            as: DemoAnswer.Progress.self)
        for step in progress.steps where !["waiting", "leftOut"].contains(step.status) {
            let line = "\(step.name)  \(step.department)  \(step.status)"
            narrator.result(Phrase(line, line))
        }
        return progress
    }

    /// Tells who had a case, and for how long.
    /// - Returns: how often it was handed over.
    /// - Throws: ``DemoFailure`` where somebody was late, or has it still.
    func tellTimeline(
        of code: String, as department: Department, _ consortium: FoundedConsortium
    ) async throws -> Int {
        let timeline = try await narrator.run(
            ["onething", "timeline", code] + consortium.clientOptions(as: department, at: department),
            as: DemoAnswer.Timeline.self)
        for handoff in timeline.handoffs {
            let end = handoff.end ?? "-"
            narrator.result(
                Phrase(
                    "\(handoff.step) #\(handoff.attempt), \(handoff.department): \(handoff.tookSeconds) s, \(end)",
                    "\(handoff.step) 第 \(handoff.attempt) 次，\(handoff.department)：\(handoff.tookSeconds) 秒，\(end)"))
        }
        guard !timeline.handoffs.isEmpty, timeline.handoffs.allSatisfy({ !$0.isLate && $0.end != nil }) else {
            throw DemoFailure("in \(code), somebody was late, or has it still")
        }
        return timeline.handoffs.count
    }

    /// The one licence that a case issues, or is about.
    func row(of handedIn: DemoCase) throws -> LicenceRow {
        var table = try LicenceTable(contentsOf: handedIn.licence, rules: LicenceTableRules(strictness: .issue))
        guard let row = try table.readAll().rows.first else {
            throw DemoFailure("\(handedIn.licence.path) has no licence")
        }
        return row
    }
}
