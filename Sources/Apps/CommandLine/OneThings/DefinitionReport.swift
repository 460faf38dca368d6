import Formats
import Identity
import Licences
import OneThings
import ZhenglianClient

/// A definition, with the digest that an approval names.
struct DefinitionReport: Presentable {
    let digest: Digest
    let definition: OneThingDefinition

    init(_ definition: OneThingDefinition, suite: any CryptoSuite) {
        (digest, self.definition) = (suite.digest(of: definition.derBytes), definition)
    }

    func lines(in language: Language) -> [String] {
        [
            Phrase(
                "\(definition.matter) version \(definition.version): \(definition.title.english)",
                "\(definition.matter) 第 \(definition.version) 版：\(definition.title.chinese)"),
            Phrase("  digest  \(digest)", "  摘要 \(digest)"),
        ].map { $0.text(in: language) } + definition.steps.map { "  \(line(of: $0, in: language))" }
    }

    private func line(of step: StepDefinition, in language: Language) -> String {
        let department = definition.role(step.role)?.department.rawValue ?? ""
        let title = language == .chinese ? step.title.chinese : step.title.english
        var parts = ["\(step.name)  \(title)", "\(step.role) (\(department))"]
        func add(_ english: String, _ chinese: String) { parts.append(Phrase(english, chinese).text(in: language)) }
        if !step.after.isEmpty {
            let names = step.after.map(\.rawValue).joined(separator: ", ")
            add("after \(names)", "在 \(names) 之后")
        }
        if let option = step.when { add("with \(option)", "选择 \(option) 时") }
        if let option = step.unless { add("without \(option)", "未选择 \(option) 时") }
        if let limit = step.limits.answer { add("within \(limit)", "期限 \(limit)") }
        return parts.joined(separator: " · ")
    }
}

/// What the ledger has of a matter.
struct MatterReport: Presentable {
    struct Version: Encodable {
        let version: UInt64
        let from: Height
        let digest: Digest
    }

    struct Proposal: Encodable {
        let definition: DefinitionReport
        let notBefore: Height
        /// The departments whose administrators have approved it.
        let approvals: [DepartmentName]
        /// Those that take part and have not.
        let missing: [DepartmentName]
        /// How many departments have to, at least.
        let needed: Int
    }

    let matter: Label
    let versions: [Version]
    /// The definition in force, or of the version that was asked for.
    let definition: DefinitionReport?
    let proposal: Proposal?

    /// Asks a node.
    /// - Throws: ``CommandFailure`` where the ledger knows nothing of the matter, or not of the version.
    init(
        _ matter: Label, version: UInt64? = nil, _ definitions: DefinitionsClient, genesis: Genesis
    ) async throws {
        let answer = try await definitions.matter(matter, version: version)
        let proposed = try await definitions.proposal(of: matter)
        guard answer != nil || (proposed != nil && version == nil) else {
            throw CommandFailure(
                .refused,
                version.map { Phrase("\(matter) has no version \($0) on the ledger", "账本上没有 \(matter) 的第 \($0) 版") }
                    ?? Phrase("the ledger has no matter \(matter)", "账本上没有 \(matter)"))
        }
        self.matter = matter
        versions = (answer?.versions.versions ?? []).map {
            Version(version: $0.version, from: $0.from, digest: $0.definition)
        }
        definition = answer?.definition.map { DefinitionReport($0, suite: genesis.suite) }
        proposal = proposed.map { proposal in
            Proposal(
                definition: DefinitionReport(proposal.definition, suite: genesis.suite),
                notBefore: proposal.notBefore, approvals: proposal.approvals,
                missing: proposal.definition.departments.filter { !proposal.approvals.contains($0) },
                needed: genesis.document.departments.count / 2 + 1)
        }
    }

    func lines(in language: Language) -> [String] {
        var lines = versions.map {
            Phrase(
                "\(matter) version \($0.version): adopted, for cases from height \($0.from) on, \($0.digest)",
                "\(matter) 第 \($0.version) 版：已通过，自高度 \($0.from) 起的办件适用，\($0.digest)"
            ).text(in: language)
        }
        if let definition { lines += definition.lines(in: language) }
        guard let proposal else { return lines }
        let approvals = proposal.approvals.map(\.rawValue).joined(separator: ", ")
        let missing = proposal.missing.map(\.rawValue).joined(separator: ", ")
        lines.append(
            Phrase(
                "proposed, approved by \(approvals); \(proposal.needed) are needed"
                    + (missing.isEmpty ? "" : ", among them those that take part: \(missing)"),
                "待批准，已批准：\(approvals)；共需 \(proposal.needed) 个部门"
                    + (missing.isEmpty ? "" : "，其中须有参与部门：\(missing)")
            ).text(in: language))
        return lines + proposal.definition.lines(in: language).map { "  \($0)" }
    }
}

/// The matters of a ledger.
struct MattersReport: Presentable {
    struct Matter: Encodable {
        let matter: Label
        let versions: [MatterReport.Version]
    }

    let matters: [Matter]

    init(_ matters: [DefinitionVersions]) {
        self.matters = matters.map { known in
            Matter(
                matter: known.matter,
                versions: known.versions.map {
                    MatterReport.Version(version: $0.version, from: $0.from, digest: $0.definition)
                })
        }
    }

    func lines(in language: Language) -> [String] {
        guard !matters.isEmpty else {
            return [Phrase("no matter is defined on the ledger", "账本上没有任何一件事定义").text(in: language)]
        }
        return matters.map { known in
            let versions = known.versions.map { version in
                Phrase(
                    "version \(version.version) from height \(version.from)",
                    "第 \(version.version) 版自高度 \(version.from)"
                )
                .text(in: language)
            }.joined(separator: ", ")
            return "\(known.matter)  \(versions)"
        }
    }
}

/// What a definition changes.
struct DifferenceReport: Presentable {
    let matter: Label
    /// `nil` where the matter is new.
    let oldVersion: UInt64?
    let newVersion: UInt64
    /// Of the new definition.
    let digest: Digest
    let difference: DefinitionDifference

    func lines(in language: Language) -> [String] {
        let old = oldVersion.map { Phrase("version \($0)", "第 \($0) 版") } ?? Phrase("nothing", "无")
        var lines = [
            Phrase(
                "\(matter): from \(old.english) to version \(newVersion), \(digest)",
                "\(matter)：从\(old.chinese)到第 \(newVersion) 版，\(digest)"
            ).text(in: language)
        ]
        if difference.newAccess.isEmpty {
            lines.append(Phrase("nobody would get to see more than before", "没有任何角色获得更多信息").text(in: language))
        }
        lines += difference.newAccess.map { access in
            "! "
                + Phrase(
                    "\(Self.reader(access).english) would newly get \(access.item) (\(access.title.english))",
                    "\(Self.reader(access).chinese)将新获得 \(access.item)（\(access.title.chinese)）"
                ).text(in: language)
        }
        lines += difference.lostAccess.map { access in
            Phrase(
                "\(Self.reader(access).english) would no longer get \(access.item)",
                "\(Self.reader(access).chinese)将不再获得 \(access.item)"
            ).text(in: language)
        }
        return lines + difference.changes.map(Self.line)
    }

    private static func reader(_ access: DefinitionDifference.Access) -> Phrase {
        guard let role = access.role, let department = access.department else { return Phrase("everybody", "任何人") }
        return Phrase("role \(role) (\(department))", "角色 \(role)（\(department)）")
    }

    private static func line(_ change: DefinitionDifference.Change) -> String {
        switch (change.old, change.new) {
        case (let old?, let new?): "~ \(change.place): \(old) → \(new)"
        case (let old?, nil): "- \(change.place): \(old)"
        default: "+ \(change.place): \(change.new ?? "")"
        }
    }
}
