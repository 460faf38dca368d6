import Formats
import GatewayAccess
import HTTPTypes
import Identity
import OneThings
import ZhenglianClient

extension Operation {
    /// One-things: what matters there are, and by which definitions their cases go.
    static var matters: [Operation] { [listMatters, showMatter] }

    private static var listMatters: Operation {
        Operation(
            "listMatters", .get, "/matters", Summary("matters with the versions that were adopted", "一件事目录及其版本"),
            entitlement: .readCases,
            answer: .json(.object(.required("matters", .array(of: MatterFacts.versions, 0...1_000))))
        ) { call in
            struct Matters: Encodable, Sendable { let matters: [MatterFacts.Versions] }
            let matters = try await call.client.oneThings.definitions.matters()
            return .json(Matters(matters: matters.map(MatterFacts.Versions.init)))
        }
    }

    private static var showMatter: Operation {
        Operation(
            "getMatter", .get, "/matters/{matter}",
            Summary("the definition in force, or that of a version", "一件事现行定义或指定版本"), entitlement: .readCases,
            parameters: [.path("matter", .string(.label, 1...32)), .query("version", .integer(1...Int64.max))],
            answer: .json(MatterFacts.schema), problems: [.notFound]
        ) { call in
            guard let matter = call.label("matter"),
                let answer = try await call.client.oneThings.definitions.matter(
                    matter, version: call.number("version").map { UInt64($0) })
            else { throw Problem(.notFound, "the ledger has no such matter, or no such version of it") }
            return .json(MatterFacts(answer))
        }
    }
}

/// A matter with its versions, and one definition of it.
struct MatterFacts: Encodable, Sendable {
    struct Version: Encodable, Sendable {
        let version: UInt64
        /// The height from which on cases are opened by it.
        let from: Height
        let definition: Digest
    }

    struct Versions: Encodable, Sendable {
        let matter: Label
        let versions: [Version]

        init(_ known: DefinitionVersions) {
            matter = known.matter
            versions = known.versions.map { Version(version: $0.version, from: $0.from, definition: $0.definition) }
        }
    }

    let versions: Versions
    let definition: OneThingDefinition?

    init(_ answer: MatterAnswer) {
        versions = Versions(answer.versions)
        definition = answer.definition
    }

    static let versions = Schema.object(
        .required("matter", .string(.label, 1...32)),
        .required(
            "versions",
            .array(
                of: .object(
                    .required("version", .integer()), .required("from", .height), .required("definition", .digest))))
    ).named("MatterVersions").described("a matter and its versions", "一件事及其版本")

    static let schema = Schema.object(
        .required("versions", versions),
        .optional(
            "definition",
            Schema.anything.described(
                "the definition, as docs/schemas/onething-definition.schema.json describes it", "定义文件"))
    ).named("Matter").described("a matter and a definition of it", "一件事及其定义")
}
