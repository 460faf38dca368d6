import Formats
import Identity
import Licences
import Nodes
import OneThings
import ZhenglianClient

/// One-things as the departments have agreed on them, for people to read.
enum MattersPage {
    struct MatterRow: Sendable {
        let name: String
        let path: String
        let title: String
        let versions: String
        let isCurrent: Bool
    }

    struct VersionRow: Sendable {
        let version: String
        let from: String
        let digest: String
    }

    struct RoleRow: Sendable {
        let title: String
        let name: String
        let department: String
        let isLead: Bool
    }

    struct StepRow: Sendable {
        let number: Int
        let title: String
        let role: String
        let department: String
        let after: String
        let condition: String
        let limits: [String]
        let answers: [String]
        let needs: String
        let isWindow: Bool
        let objectors: String
    }

    struct ItemRow: Sendable {
        let title: String
        let seenBy: String
        let isOnLedger: Bool
    }

    struct Proposal: Sendable {
        let version: String
        let digest: String
        let approvals: String
        let missing: String
        let needed: Int
        let command: String
    }

    struct Definition: Sendable {
        let title: String
        let version: String
        let basis: String
        let digest: String
        let roles: [RoleRow]
        let steps: [StepRow]
        let items: [ItemRow]
    }

    struct Model: Sendable {
        let matters: [MatterRow]
        let versions: [VersionRow]
        let hasVersions: Bool
        let definition: Definition?
        let proposal: Proposal?
    }

    static func page(_ request: PageRequest) async throws -> Page {
        let services = request.services
        let definitions = services.client.oneThings.definitions
        let titles = try await MatterTitles(services)
        let matters = try await definitions.matters()
        let asked = request.parameter("matter")
        let name = asked.isEmpty ? matters.first?.matter : Label(asked)
        let answer = try await name.flatMapAsync { try await definitions.matter($0) }
        let proposed = try await name.flatMapAsync { try await definitions.proposal(of: $0) }
        guard asked.isEmpty || answer != nil || proposed != nil else {
            throw ConsoleError.notFound(Phrase("the ledger has no matter '\(asked)'", "账本上没有事项“\(asked)”"))
        }
        let suite = services.genesis.suite
        let model = Model(
            matters: matters.map { known in
                MatterRow(
                    name: known.matter.rawValue, path: "/onethings/matters/\(known.matter)",
                    title: titles.title(of: known.matter.rawValue, request.language),
                    versions: known.versions.map { "\($0.version)" }.joined(separator: ", "),
                    isCurrent: known.matter == name)
            },
            versions: (answer?.versions.versions ?? []).reversed().map {
                VersionRow(
                    version: "\($0.version)", from: Told.number($0.from.rawValue), digest: $0.definition.description)
            }, hasVersions: answer != nil,
            definition: answer?.definition.map { definition($0, suite, request.language) },
            proposal: proposed.map { proposal($0, services.genesis) })
        let status = try await services.ledger.status()
        return Page(
            Words.matters, model, subject: answer?.definition?.title.text(in: request.language),
            asOf: AsOf(status.height, status.headTime), isLive: true)
    }

    private static func proposal(_ proposal: DefinitionProposal, _ genesis: Genesis) -> Proposal {
        let digest = genesis.suite.digest(of: proposal.definition.derBytes)
        let missing = proposal.definition.departments.filter { !proposal.approvals.contains($0) }
        return Proposal(
            version: "\(proposal.definition.version)", digest: digest.description,
            approvals: proposal.approvals.map(\.rawValue).joined(separator: ", "),
            missing: missing.map(\.rawValue).joined(separator: ", "),
            needed: genesis.document.departments.count / 2 + 1,
            command: "zhenglian onething define approve \(proposal.definition.matter) \(digest)")
    }

    private static func definition(
        _ definition: OneThingDefinition, _ suite: any CryptoSuite, _ language: ConsoleLanguage
    ) -> Definition {
        func role(_ name: Label) -> String { definition.role(name)?.title.text(in: language) ?? name.rawValue }
        func item(_ name: Label) -> String {
            (definition.field(name)?.title ?? definition.material(name)?.title)?.text(in: language) ?? name.rawValue
        }
        return Definition(
            title: definition.title.text(in: language), version: "\(definition.version)", basis: definition.basis,
            digest: suite.digest(of: definition.derBytes).description,
            roles: definition.roles.map {
                RoleRow(
                    title: $0.title.text(in: language), name: $0.name.rawValue, department: $0.department.rawValue,
                    isLead: $0.name == definition.lead)
            },
            steps: definition.steps.enumerated().map { index, step in
                StepRow(
                    number: index + 1, title: step.title.text(in: language), role: role(step.role),
                    department: definition.role(step.role)?.department.rawValue ?? "",
                    after: step.after.map { definition.step($0)?.title.text(in: language) ?? $0.rawValue }
                        .joined(separator: language == .chinese ? "、" : ", "),
                    condition: condition(step, definition, language),
                    limits: limits(step.limits, language),
                    answers: step.answers.map { $0.title.text(in: language) },
                    needs: step.needs.map(item).joined(separator: language == .chinese ? "、" : ", "),
                    isWindow: step.window != nil,
                    objectors: (step.window?.objectors ?? []).map(role)
                        .joined(separator: language == .chinese ? "、" : ", "))
            },
            items: definition.fields.map { field in
                ItemRow(
                    title: field.title.text(in: language),
                    seenBy: field.for.map(role).joined(separator: language == .chinese ? "、" : ", "),
                    isOnLedger: field.isOnLedger)
            })
    }

    private static func condition(
        _ step: StepDefinition, _ definition: OneThingDefinition, _ language: ConsoleLanguage
    ) -> String {
        func option(_ name: Label) -> String {
            definition.options.first { $0.name == name }?.title.text(in: language) ?? name.rawValue
        }
        let parts = [
            step.when.map { Phrase("with “\(option($0))”", "选择“\(option($0))”时") },
            step.unless.map { Phrase("without “\(option($0))”", "未选择“\(option($0))”时") },
        ]
        return parts.compactMap { $0?.text(in: language) }.joined(separator: " ")
    }

    private static func limits(_ limits: StepLimits, _ language: ConsoleLanguage) -> [String] {
        let named: [(TimeLimit?, Phrase)] = [
            (limits.acknowledge, Phrase("acknowledge within", "签收")), (limits.answer, Phrase("answer within", "办结")),
            (limits.amber, Phrase("amber from", "临期")), (limits.extended, Phrase("extended to", "延长至")),
            (limits.supplement, Phrase("applicant within", "补正")), (limits.suspension, Phrase("suspended for", "中止")),
        ]
        return named.compactMap { limit, phrase in
            limit.map { "\(phrase.text(in: language)) \(Told.limit($0).text(in: language))" }
        }
    }
}

extension Optional {
    fileprivate func flatMapAsync<Value>(_ transform: (Wrapped) async throws -> Value?) async rethrows -> Value? {
        guard let self else { return nil }
        return try await transform(self)
    }
}
