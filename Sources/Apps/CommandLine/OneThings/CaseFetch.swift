import ArgumentParser
import Formats
import Foundation
import Identity
import Licences
import Nodes
import OneThings
import ZhenglianClient

struct CaseFetch: ZhenglianCommand {
    static let configuration = CommandConfiguration(
        commandName: "fetch",
        abstract: "Fetch what a step of your department needs (调取), from the nodes that keep it, and check it.",
        discussion: """
            Data go to items.json in --out, each paper to a file of its name. What comes is compared with the ledger,
            which has a record of every release.

            Example: zhenglian onething fetch 20261122-00000001-S seal --out case
            """
    )

    @Argument(help: "The case's code (一件事编码).")
    var code: OneThingCode

    @Argument(help: "The step, which your department has in hand.")
    var step: Label

    @Option(help: "An item; repeat for more. By default all that the step needs.")
    var item: [Label] = []

    @Option(help: "The directory to write to; it is made where it is not there.")
    var out: String

    @OptionGroup var nodes: DepartmentNodeOptions
    @OptionGroup var connection: ConnectionOptions
    @OptionGroup var options: ConsoleOptions

    func run(_ console: Console) async throws {
        let dataPath = "\(out)/items.json"
        for path in [dataPath] + item.map({ "\(out)/\($0)" }) where ProtectedFile.exists(path) {
            // Before anything is released.
            throw FileError(.exists, "\(path) is there already; remove it or choose another place")
        }
        try await connection.withClient(console) { ledger, identity in
            let client = ZhenglianClient(ledger: ledger, identity: identity)
            let released = try await fetch(client)
            try Self.makeDirectory(out)
            var report = Report(code: code, step: step, items: [], out: out)
            var data: [String: String] = [:]
            for release in released {
                for disclosure in release.disclosures {
                    if let datum = disclosure.item.datum { data[disclosure.item.name.rawValue] = datum }
                    report.items.append(Report.Item(name: disclosure.item.name, keeper: release.keeper))
                }
                for file in release.files {
                    try ProtectedFile.create(at: "\(out)/\(file.paper)", with: file.bytes, access: .secret)
                }
            }
            if !data.isEmpty {
                let encoder = JSONEncoder()
                encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
                try ProtectedFile.create(at: dataPath, with: Array(try encoder.encode(data)), access: .secret)
            }
            try console.present(report)
        }
    }

    private func fetch(_ client: ZhenglianClient) async throws -> [ReleasedItems] {
        let contents = client.oneThings.contents
        let known = try await client.oneThings.cases.standing(of: code).known
        let definition = try await client.oneThings.cases.definition(of: known)
        guard let index = definition.steps.firstIndex(where: { $0.name == step }) else {
            throw CommandFailure(
                .refused, Phrase("\(known.matter) has no step '\(step)'", "\(known.matter) 没有环节“\(step)”"))
        }
        var released: [ReleasedItems] = []
        for source in try await contents.sources(of: code, step: step, items: item.isEmpty ? nil : item) {
            released += try await nodes.withService(of: source.stored.department, connection) { service in
                try await contents.fetchAll(
                    source, of: code, step: step, attempt: known.steps[index].attempt, from: service)
            }
        }
        return released
    }

    private static func makeDirectory(_ path: String) throws {
        do {
            try FileManager.default.createDirectory(
                atPath: path, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
        } catch {
            throw CommandFailure(
                .wrongUse, Phrase("the directory \(path) cannot be made: \(error)", "无法建立目录 \(path)：\(error)"))
        }
    }

    private struct Report: Presentable {
        struct Item: Encodable {
            let name: Label
            let keeper: DepartmentName
        }

        let code: OneThingCode
        let step: Label
        var items: [Item]
        let out: String

        func lines(in language: Language) -> [String] {
            items.map { Phrase("\($0.name), kept by \($0.keeper)", "\($0.name)（由 \($0.keeper) 存管）").text(in: language) }
                + [Phrase("written to \(out)", "已写入 \(out)").text(in: language)]
        }
    }
}
