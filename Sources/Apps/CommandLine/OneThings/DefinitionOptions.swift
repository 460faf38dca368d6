import ArgumentParser
import Identity
import Licences
import Nodes
import OneThings

/// A definition's file, and what is set in it before it is read.
struct DefinitionOptions: ParsableArguments {
    @Argument(help: "The definition: JSON as docs/one-things.md describes it.")
    var file: String

    @Option(
        help: ArgumentHelp("role=department: give a role to another department; repeat for more.", valueName: "setting")
    )
    var department: [RoleSetting] = []

    @Option(
        help: ArgumentHelp(
            "step.limit='30 seconds': put another limit in the place of one that is there; repeat for more.",
            discussion: "Units are seconds, minutes, hours, calendarDays and workingDays. The digest is another then.",
            valueName: "setting"))
    var limit: [LimitSetting] = []

    /// Reads the definition, with everything that is set here.
    /// - Throws: ``CommandFailure`` with all that is wrong: status 2 where it cannot be read, 1 where it can and
    ///   must not come on a ledger. `FileError`.
    func read() throws -> OneThingDefinition { try Self.read(file, departments: department, limits: limit) }

    static func read(
        _ file: String, departments: [RoleSetting] = [], limits: [LimitSetting] = []
    ) throws -> OneThingDefinition {
        let bytes = try ProtectedFile.contents(of: file, limit: DefinitionFile.maximumByteCount)
        do throws(DefinitionFileError) {
            var definition = try DefinitionFile(bytes)
            for setting in departments { try definition.setDepartment(setting.department, of: setting.role) }
            for setting in limits { try definition.setLimit(setting.limit, setting.name, of: setting.step) }
            return try definition.definition()
        } catch {
            let isUnreadable = error.problems.allSatisfy { $0.rule == .wrongFile }
            throw CommandFailure(isUnreadable ? .wrongUse : .refused, phrase(error, of: file))
        }
    }

    private static func phrase(_ error: DefinitionFileError, of file: String) -> Phrase {
        let count = error.problems.count
        func lines(_ message: (DefinitionProblem) -> String) -> String {
            error.problems.map { problem in
                "\n  \(problem.place.isEmpty ? "" : "\(problem.place): ")\(message(problem)) (\(problem.rule.rawValue))"
            }.joined()
        }
        return Phrase(
            "\(file) is no definition for a ledger: \(count == 1 ? "one problem" : "\(count) problems")"
                + lines(\.message.english),
            "\(file) 不能作为账本上的定义，有 \(count) 个问题：" + lines(\.message.chinese))
    }
}

/// `insurer=hrss`
struct RoleSetting: ExpressibleByArgument {
    let role: Label
    let department: DepartmentName

    init?(argument: String) {
        let parts = argument.split(separator: "=", omittingEmptySubsequences: false)
        guard parts.count == 2, let role = Label(parts[0]), let department = DepartmentName(parts[1]) else {
            return nil
        }
        (self.role, self.department) = (role, department)
    }
}

/// `objections.answer=30 seconds`
struct LimitSetting: ExpressibleByArgument {
    let step: Label
    let name: String
    let limit: TimeLimit

    init?(argument: String) {
        let parts = argument.split(separator: "=", omittingEmptySubsequences: false)
        guard parts.count == 2, let limit = TimeLimit(String(parts[1])) else { return nil }
        let place = parts[0].split(separator: ".", omittingEmptySubsequences: false)
        guard place.count == 2, let step = Label(place[0]) else { return nil }
        (self.step, name, self.limit) = (step, String(place[1]), limit)
    }
}
