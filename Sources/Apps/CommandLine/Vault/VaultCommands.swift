import ArgumentParser
import Formats
import Foundation
import Identity
import LicenceNode
import Licences
import Nodes
import OneThingNode
import Vault
import ZhenglianClient

struct VaultCommands: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "vault",
        abstract: "The encrypted vault of an owner's node (证照保险库): files, fields and salts, apart from the ledger.",
        subcommands: [VaultPut.self, VaultShow.self, VaultCheck.self, VaultDestroy.self, VaultRotate.self]
    )
}

struct VaultPut: ZhenglianCommand {
    static let configuration = CommandConfiguration(
        commandName: "put",
        abstract: "Put the licences of a table in the vault, with their files and the salts of their import.",
        discussion: """
            The same again changes nothing. Afterwards the folder of salts is not needed any more.

            Example: zhenglian vault put licences.csv --vault vault --genesis genesis.der
            """
    )

    @Argument(help: "The table that was imported: CSV in UTF-8, one licence on each line.")
    var table: String

    @Option(help: "The vault's directory; it is made where it is not there.")
    var vault: String

    @Option(help: "The consortium's genesis file.")
    var genesis: String

    @Option(help: "The folder that the table names files in; by default the table's own.")
    var files: String?

    @Option(help: "The folder with the salts of the import; by default 'salts' beside the table.")
    var salts: String?

    @Flag(help: "The table is of an existing library: known deviations from the standards are noted, not refused.")
    var library = false

    @OptionGroup var options: ConsoleOptions

    func run(_ console: Console) async throws {
        let url = URL(fileURLWithPath: table)
        let folder = url.deletingLastPathComponent()
        let files = files.map { URL(fileURLWithPath: $0) } ?? folder
        let salts = try LicenceSaltsStore(
            salts.map { URL(fileURLWithPath: $0) } ?? folder.appending(path: "salts"), isMade: false)
        let vault = try LicenceVault(vault, genesis: try GenesisFile.read(genesis))
        var rows = try LicenceTable(
            contentsOf: url, rules: LicenceTableRules(strictness: library ? .library : .issue))
        var bar = ProgressBar(Phrase("storing", "正在入库"), total: rows.lineCount, console: console)
        var report = Report()
        var batch = Batch()
        while let entry = try rows.next() {
            switch entry {
            case .refused(let row):
                report.refuse(row.line, row.reason)
            case .row(let row):
                do {
                    try batch.add(row, files: files, salts: salts)
                } catch {
                    report.refuse(row.line, "\(error)")
                }
            }
            guard batch.isFull else { continue }
            try batch.put(in: vault, &report)
            bar.update(report.count)
        }
        try batch.put(in: vault, &report)
        bar.finish()
        try console.present(report)
        if !report.refused.isEmpty { throw ExitStatus.refused.code }
    }

    /// Licences that go in the vault together: what brings one on the disk brings all.
    private struct Batch {
        private static let maximumCount = 500
        private static let maximumFileByteCount = 16 << 20

        private var lines: [Int] = []
        private var contents: [LicenceVault.Content] = []
        private var fileByteCount = 0

        var isFull: Bool { contents.count >= Self.maximumCount || fileByteCount >= Self.maximumFileByteCount }

        mutating func add(_ row: LicenceRow, files: URL, salts: LicenceSaltsStore) throws {
            // Made at the import, and nowhere else: fresh ones would not fit what is on the ledger.
            let salts = try salts.salts(of: row.identifier)
            let licence = try VaultedLicence(metadata: LicenceMetadata(row), salts: salts)
            let file = try row.file.map { path in
                try ProtectedFile.contents(
                    of: files.appending(path: path.text).path, limit: VaultLimits().fileByteCount)
            }
            lines.append(row.line)
            contents.append(LicenceVault.Content(licence: licence, file: file))
            fileByteCount += file?.count ?? 0
        }

        mutating func put(in vault: LicenceVault, _ report: inout Report) throws {
            for (line, result) in zip(lines, try vault.put(contents, at: SystemWallClock().now)) {
                switch result {
                case .success(let deposit): report.add(deposit)
                case .failure(let error): report.refuse(line, "\(error)")
                }
            }
            self = Batch()
        }
    }

    struct Report: Presentable {
        struct Refusal: Encodable {
            let line: Int
            let reason: String
        }

        var stored = 0
        var unchanged = 0
        var refused: [Refusal] = []

        var count: Int { stored + unchanged + refused.count }

        mutating func refuse(_ line: Int, _ reason: String) {
            refused.append(Refusal(line: line, reason: reason))
        }

        mutating func add(_ deposit: LicenceVault.Deposit) {
            switch deposit {
            case .stored: stored += 1
            case .unchanged: unchanged += 1
            }
        }

        func lines(in language: Language) -> [String] {
            refused.prefix(50).map { row in
                Phrase("refused, line \(row.line): \(row.reason)", "被拒绝，第 \(row.line) 行：\(row.reason)")
                    .text(in: language)
            } + [
                Phrase(
                    "\(stored) stored, \(unchanged) unchanged, \(refused.count) refused",
                    "入库 \(stored)，无变化 \(unchanged)，拒绝 \(refused.count)"
                ).text(in: language)
            ]
        }
    }
}

/// A vault that is there already.
struct VaultOptions: ParsableArguments {
    @Option(help: "The vault's directory.")
    var vault: String

    func open(_ genesis: Genesis) throws -> LicenceVault { try Self.open(vault, genesis) }

    static func open(_ vault: String, _ genesis: Genesis) throws -> LicenceVault {
        guard ProtectedFile.exists("\(vault)/master.key") else {
            throw CommandFailure(.wrongUse, Phrase("there is no vault in \(vault)", "\(vault) 中没有证照保险库"))
        }
        return try LicenceVault(vault, genesis: genesis)
    }
}

struct VaultShow: ZhenglianCommand {
    static let configuration = CommandConfiguration(
        commandName: "show",
        abstract: "List what the vault holds, without opening it; with --fields, open one licence's fields.",
        discussion: """
            Examples: zhenglian vault show --vault vault --genesis genesis.der
                      zhenglian vault show --vault vault --genesis genesis.der --identifier … --fields
            """
    )

    @OptionGroup var vaultOptions: VaultOptions

    @Option(help: "The consortium's genesis file.")
    var genesis: String

    @Option(help: "One licence's identifier (证照标识).", transform: { try LicenceIdentifier($0) })
    var identifier: LicenceIdentifier?

    @Flag(help: "Show the licence's fields: personal data.")
    var fields = false

    @Option(help: "How many to list, 1 to 100000.")
    var limit = 1_000

    @OptionGroup var options: ConsoleOptions

    func validate() throws {
        guard (1...100_000).contains(limit) else { throw ValidationError("--limit is 1 to 100000") }
        guard !fields || identifier != nil else { throw ValidationError("--fields needs --identifier") }
    }

    func run(_ console: Console) async throws {
        let vault = try vaultOptions.open(try GenesisFile.read(genesis))
        guard let identifier else {
            return try console.present(
                Report(entries: try vault.entries(after: nil, limit: limit).map(Report.Entry.init)))
        }
        guard let entry = try vault.entry(of: identifier) else {
            throw VaultError(.notFound, "the vault holds nothing of \(identifier)")
        }
        var report = Report(entries: [Report.Entry(entry)])
        if fields {
            report.fields = try vault.licence(identifier).metadata.fields.map {
                Report.Field(name: $0.name.rawValue, value: $0.value)
            }
        }
        try console.present(report)
    }

    struct Report: Presentable {
        struct Entry: Encodable {
            let identifier: LicenceIdentifier
            let storedAt: String
            let file: Digest?
            let fileByteCount: Int?
            let destroyedAt: String?
            let basis: String?

            init(_ entry: VaultEntry) {
                identifier = entry.identifier
                storedAt = "\(entry.storedAt)"
                file = entry.file
                fileByteCount = entry.fileByteCount
                destroyedAt = entry.destruction.map { "\($0.time)" }
                basis = entry.destruction?.basis
            }
        }

        struct Field: Encodable {
            let name: String
            let value: String
        }

        var entries: [Entry]
        var fields: [Field]?

        func lines(in language: Language) -> [String] {
            var lines = entries.map { entry in
                let state =
                    entry.destroyedAt.map { time in
                        Phrase("destroyed \(time): \(entry.basis ?? "")", "已于 \(time) 销毁：\(entry.basis ?? "")")
                    } ?? entry.fileByteCount.map { Phrase("file of \($0) bytes", "文件 \($0) 字节") }
                    ?? Phrase("without a file", "无文件")
                return "\(entry.identifier)  \(state.text(in: language))"
            }
            lines += (fields ?? []).map { "  \($0.name): \($0.value)" }
            lines.append(Phrase("\(entries.count) licences", "共 \(entries.count) 件证照").text(in: language))
            return lines
        }
    }
}

struct VaultCheck: ZhenglianCommand {
    static let configuration = CommandConfiguration(
        commandName: "check",
        abstract: "Open everything in the vault and compare it with the evidence on the ledger.",
        discussion: """
            Says which licences cannot be opened, which differ from the ledger, and which were taken down there and are
            not destroyed here yet. Status 1 where there is any.

            Example: zhenglian vault check --vault vault --genesis genesis.der --identity identities/counter
            """
    )

    @OptionGroup var vaultOptions: VaultOptions
    @OptionGroup var connection: ConnectionOptions
    @OptionGroup var options: ConsoleOptions

    /// One question to the ledger names as many.
    private static let pageLength = 200

    func run(_ console: Console) async throws {
        try await connection.withClient(console) { client, _ in
            let vault = try vaultOptions.open(client.genesis)
            var report = Report()
            var last: LicenceIdentifier?
            while true {
                let page = try vault.entries(after: last, limit: Self.pageLength)
                guard let end = page.last else { break }
                try await check(page, vault, client, &report)
                last = end.identifier
            }
            try console.present(report)
            if !report.findings.isEmpty { throw ExitStatus.refused.code }
        }
    }

    private func check(
        _ page: [VaultEntry], _ vault: LicenceVault, _ client: any LedgerClient, _ report: inout Report
    ) async throws {
        let answer = try await client.query(
            contract: CatalogueContract.contractName, name: CatalogueContract.Method.byIdentifiers,
            arguments: LicencesByIdentifiers(page.map(\.identifier)), as: LicencesAnswer.self
        ).result
        for entry in page {
            report.checked += 1
            guard entry.destruction == nil else { continue }
            if answer.record(of: entry.identifier)?.tombstone != nil {
                report.add(entry, Phrase("taken down on the ledger, not destroyed here", "已下链，尚未销毁"))
            }
            do {
                let licence = try vault.licence(entry.identifier)
                let root = try licence.metadata.root(salts: licence.salts, suite: client.genesis.suite)
                _ = try vault.file(of: entry.identifier)
                guard let content = answer.evidence(of: entry.identifier)?.content else {
                    report.add(entry, Phrase("not on the ledger", "未上链"))
                    continue
                }
                if content.metadataRoot != root {
                    report.add(entry, Phrase("its fields are not those on the ledger", "照面信息与链上不一致"))
                }
                if content.file != entry.file {
                    report.add(entry, Phrase("its file is not the one on the ledger", "文件与链上不一致"))
                }
            } catch let error as VaultError where error.code != .unavailable {
                report.add(entry, Phrase("does not open: \(error)", "无法打开：\(error)"))
            }
        }
    }

    struct Report: Presentable {
        struct Finding: Encodable {
            let identifier: LicenceIdentifier
            let english: String
            let chinese: String
        }

        var checked = 0
        var findings: [Finding] = []

        mutating func add(_ entry: VaultEntry, _ phrase: Phrase) {
            findings.append(
                Finding(identifier: entry.identifier, english: phrase.english, chinese: phrase.chinese))
        }

        func lines(in language: Language) -> [String] {
            findings.map { "\($0.identifier)  \(Phrase($0.english, $0.chinese).text(in: language))" } + [
                Phrase(
                    "\(checked) licences checked, \(findings.count) findings",
                    "已检查 \(checked) 件证照，发现 \(findings.count) 处问题"
                ).text(in: language)
            ]
        }
    }
}

struct VaultDestroy: ZhenglianCommand {
    static let configuration = CommandConfiguration(
        commandName: "destroy",
        abstract: "Destroy the private part of a licence that was taken down: keys, fields, salts and files.",
        discussion: """
            'licence take-down' has the node's vault do it; this is for a vault that no node has open, such as a backup.
            The ledger has to have the licence's tombstone; all versions go, and what was destroyed does not come back.
            Backups of the vault from before open with the master key of before alone: rotate it ('vault rotate'), and
            destroy the old key wherever it is kept.

            Example: zhenglian vault destroy --identifier … --vault vault --salts salts --genesis genesis.der
            """
    )

    @Option(help: "The licence's identifier (证照标识), of any version.", transform: { try LicenceIdentifier($0) })
    var identifier: LicenceIdentifier

    @Option(help: "The folder with the salts of the import, where the licence's are deleted too.")
    var salts: String?

    @OptionGroup var vaultOptions: VaultOptions
    @OptionGroup var connection: ConnectionOptions
    @OptionGroup var options: ConsoleOptions

    func run(_ console: Console) async throws {
        try await connection.withClient(console) { client, identity in
            let vault = try vaultOptions.open(client.genesis)
            let answer = try await ZhenglianClient(ledger: client, identity: identity).licences.licences([identifier])
            guard let tombstone = answer.record(of: identifier)?.tombstone else {
                throw CommandFailure(
                    .refused,
                    Phrase(
                        "\(identifier) is not taken down on the ledger: do that first (licence take-down)",
                        "\(identifier) 尚未下链：请先执行 licence take-down"))
            }
            let destruction = try vault.destroy(
                LicenceKey(identifier), basis: tombstone.basis, at: SystemWallClock().now)
            if let salts {
                try LicenceSaltsStore(URL(fileURLWithPath: salts), isMade: false).removeAll(of: LicenceKey(identifier))
            }
            guard !(destruction.now + destruction.before).isEmpty else {
                throw VaultError(.notFound, "the vault holds nothing of \(identifier)")
            }
            try console.present(
                Report(
                    identifier: identifier, basis: tombstone.basis, destroyed: destruction.now,
                    destroyedBefore: destruction.before))
        }
    }

    private struct Report: Presentable {
        let identifier: LicenceIdentifier
        let basis: String
        let destroyed: [LicenceIdentifier]
        let destroyedBefore: [LicenceIdentifier]

        func lines(in language: Language) -> [String] {
            destroyed.map { Phrase("\($0) is destroyed: \(basis)", "\($0) 已销毁：\(basis)").text(in: language) }
                + destroyedBefore.map {
                    Phrase("\($0) was destroyed before", "\($0) 此前已销毁").text(in: language)
                }
        }
    }
}

struct VaultRotate: ZhenglianCommand {
    static let configuration = CommandConfiguration(
        commandName: "rotate",
        abstract:
            "Wrap all data keys under fresh master keys, those of cases too; stop the node that uses the vault before.",
        discussion: "Example: zhenglian vault rotate --vault vault --genesis genesis.der"
    )

    @OptionGroup var vaultOptions: VaultOptions

    @Option(help: "The consortium's genesis file.")
    var genesis: String

    @OptionGroup var options: ConsoleOptions

    func run(_ console: Console) async throws {
        let genesis = try GenesisFile.read(genesis)
        try vaultOptions.open(genesis).rotateMasterKey()
        let cases = "\(vaultOptions.vault)/\(OneThingNodeApplication.vaultDirectory)"
        if ProtectedFile.exists("\(cases)/master.key") {
            try CaseVault(cases, genesis: genesis).rotateMasterKey()
        }
        try console.present(Report(vault: vaultOptions.vault))
    }

    private struct Report: Presentable {
        let vault: String

        func lines(in language: Language) -> [String] {
            [
                Phrase(
                    "\(vault): the master key is new; start the node again", "\(vault)：主密钥已更换，请重新启动节点"
                ).text(in: language)
            ]
        }
    }
}
