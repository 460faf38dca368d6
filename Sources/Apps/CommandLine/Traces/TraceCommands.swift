import ArgumentParser
import Formats
import Identity
import Licences
import Nodes
import ZhenglianClient

struct TraceCommands: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "trace",
        abstract: "What was done with licences (用证轨迹), whole and proved.",
        subcommands: [TraceShow.self, TraceVerify.self, TraceAsk.self],
        defaultSubcommand: TraceShow.self
    )
}

/// Which events are shown. The proof is always of the whole trace.
struct TraceFilterOptions: ParsableArguments {
    @Option(help: "Only from this day on, yyyyMMdd, in Beijing.", transform: { try CalendarDate($0) })
    var from: CalendarDate?

    @Option(help: "Only up to this day.", transform: { try CalendarDate($0) })
    var until: CalendarDate?

    @Option(help: "Only query, download, present or apply.")
    var action: UseAction?

    @Option(help: "Only this purpose.", transform: { try PurposeCode($0) })
    var purpose: PurposeCode?

    @Option(name: .customLong("case"), help: "Only this case.", transform: { try CaseNumber($0) })
    var caseNumber: CaseNumber?

    @Option(help: "Only decisions that are allowed, or denied.", transform: outcome)
    var outcome: Decision.Outcome?

    private static func outcome(_ text: String) throws -> Decision.Outcome {
        switch text {
        case "allowed": .allowed
        case "denied": .denied
        default: throw ValidationError("--outcome is allowed or denied")
        }
    }

    var filter: TraceFilter {
        var filter = TraceFilter()
        filter.from = from.map { Timestamp(beginningOf: $0) }
        filter.to = until.map { Timestamp(endOf: $0) }
        filter.action = action
        filter.purpose = purpose
        filter.caseNumber = caseNumber
        filter.outcome = outcome
        return filter
    }
}

struct TraceShow: ZhenglianCommand {
    static let configuration = CommandConfiguration(
        commandName: "show",
        abstract: "Fetch a trace with the proof that it is whole, check it, show it, keep it.",
        discussion: """
            A trace is of one of --licence, --holder and --department; a further one of them filters. --proof keeps the
            trace for 'trace verify', which needs no node. --export keeps the events that are shown as CSV or JSON, by
            the file's name, with your signature in FILE.seal.

            Examples: zhenglian trace --licence 1.2.156… --proof deed.trace
                      zhenglian trace --holder P1-… --as-holder
                      zhenglian trace --department tax --from 20261101 --outcome denied --export denied.csv
            """
    )

    @Option(help: "A licence, by its identifier.", transform: licenceKey)
    var licence: LicenceKey?

    @Option(
        help: "A holder's pseudonym; older ones that the ledger links to it are included.",
        transform: { try HolderPseudonym($0) })
    var holder: HolderPseudonym?

    @Option(help: "The department that acted.")
    var department: Label?

    @Flag(help: "What the holder may see: not which clerk, nor by which key.")
    var asHolder = false

    @Option(help: "Where to keep the trace with its proof.")
    var proof: String?

    @Option(help: "Where to keep the events that are shown: a name that ends in .csv or .json.")
    var export: String?

    @OptionGroup var filters: TraceFilterOptions
    @OptionGroup var connection: ConnectionOptions
    @OptionGroup var options: ConsoleOptions

    func validate() throws {
        guard licence != nil || holder != nil || department != nil else {
            throw ValidationError("give --licence, --holder or --department")
        }
        if let export { _ = try Self.format(of: export) }
    }

    private static func format(of path: String) throws -> TraceExport.Format {
        guard let format = TraceExport.Format.allCases.first(where: { path.hasSuffix(".\($0.rawValue)") }) else {
            throw ValidationError("--export names a file that ends in .csv or .json")
        }
        return format
    }

    func run(_ console: Console) async throws {
        for path in [proof, export, export.map { "\($0).seal" }].compactMap({ $0 }) where ProtectedFile.exists(path) {
            throw FileError(.exists, "\(path) is there already; remove it or choose another place")
        }
        try await connection.withClient(console) { ledger, identity in
            let client = ZhenglianClient(ledger: ledger, identity: identity)
            let traces: [(proof: TraceProof, proved: ProvedTrace)]
            var filter = filters.filter
            // The narrowest is asked for; the others filter.
            if let licence {
                traces = [try await client.traces.trace(of: .licence(licence))]
                filter.department = department
                if let holder { filter.holders = try await client.authorisations.holder(holder).pseudonyms }
            } else if let holder {
                traces = try await client.traces.traces(of: holder)
                filter.department = department
            } else if let department {
                traces = [try await client.traces.trace(of: .department(department))]
            } else {
                return
            }
            if let proof {
                let document = TraceDocument(traces.map(\.proof))
                try ProtectedFile.create(at: proof, with: document.derBytes, access: .shared)
            }
            let report = TraceReport(
                traces.map(\.proved), filter: filter, view: asHolder ? .holder : .whole, genesis: client.genesis)
            if let export {
                let content = try TraceExport.content(
                    of: report.events, as: try Self.format(of: export), checkpoint: report.checkpoint)
                let seal = try ExportSeal(
                    content: content, checkpoint: report.checkpoint, at: SystemWallClock().now, by: identity,
                    suite: client.genesis.suite)
                try ProtectedFile.create(at: export, with: content, access: .shared)
                try ProtectedFile.create(at: "\(export).seal", with: seal.derBytes, access: .shared)
            }
            try console.present(report)
        }
    }
}

struct TraceVerify: ZhenglianCommand {
    static let configuration = CommandConfiguration(
        commandName: "verify",
        abstract: "Check kept traces, or sealed exports, against the genesis file alone: no node, no network.",
        discussion: """
            A trace is checked to be whole: every event, none besides, in the ledger's order, as of a height. An export
            (FILE beside FILE.seal) is checked to be what a member has signed; that it is whole says the trace's proof.

            Examples: zhenglian trace verify deed.trace --genesis genesis.der
                      zhenglian trace verify denied.csv --genesis genesis.der
            """
    )

    @Argument(help: "A file that --proof or --export has kept.")
    var file: String

    @Option(help: "The genesis file.")
    var genesis: String

    @Option(help: "A validator set verified earlier, which the receipts may begin with.")
    var trusting: String?

    @OptionGroup var filters: TraceFilterOptions
    @OptionGroup var options: ConsoleOptions

    func run(_ console: Console) async throws {
        let genesis = try GenesisFile.read(genesis)
        let bytes = try ProtectedFile.contents(of: file, limit: TraceProof.maximumByteCount)
        if ProtectedFile.exists("\(file).seal") {
            let seal = try ProtectedFile.contents(of: "\(file).seal", limit: ExportSeal.maximumByteCount)
            let read = try ExportSeal(derBytes: seal, limit: ExportSeal.maximumByteCount)
            let member = try read.verify(bytes, against: genesis)
            return try console.present(SealReport(read, member: member))
        }
        let trusted = try trusting.map(TrustedValidatorsFile.read)
        let document = try TraceDocument(derBytes: bytes, limit: TraceProof.maximumByteCount)
        let traces = try document.traces.map { try $0.verify(against: genesis, trusting: trusted) }
        try console.present(TraceReport(traces, filter: filters.filter, view: .whole, genesis: genesis))
    }
}

/// What the seal of an export says.
private struct SealReport: Presentable {
    let sealedBy: String
    let exportedAt: String
    let checkpoint: TraceCheckpoint

    init(_ seal: ExportSeal, member: MemberName) {
        sealedBy = "\(member)"
        exportedAt = seal.statement.exportedAt.description
        checkpoint = seal.statement.checkpoint
    }

    func lines(in language: Language) -> [String] {
        [
            Phrase(
                "established: \(sealedBy) has sealed this export at \(exportedAt)",
                "已证实：\(sealedBy) 于 \(exportedAt) 签署此导出"),
            Phrase(
                "  \(checkpoint.rowCount) of \(checkpoint.eventCount) events, as of height \(checkpoint.asOf)",
                "  \(checkpoint.eventCount) 条记录中的 \(checkpoint.rowCount) 条，截至高度 \(checkpoint.asOf)"),
        ].map { $0.text(in: language) }
    }
}

/// Traces, proved to be whole.
struct TraceReport: Presentable {
    /// The traces, as people read them.
    let subjects: [String]
    let checkpoint: TraceCheckpoint
    /// Those that the filter lets through, by time.
    let events: [TraceRow]

    init(_ traces: [ProvedTrace], filter: TraceFilter, view: TraceRow.View, genesis: Genesis) {
        let shown = traces.flatMap(\.events).filter(filter.matches).enumerated()
            .sorted { ($0.element.height, $0.offset) < ($1.element.height, $1.offset) }.map(\.element)
        subjects = traces.map { "\($0.subject)" }
        events = shown.map { TraceRow($0, view: view) }
        checkpoint = TraceCheckpoint(traces, rowCount: events.count, genesis: genesis)
    }

    func lines(in language: Language) -> [String] {
        let header = [
            Phrase("time", "时间"), Phrase("event", "事件"), Phrase("department", "部门"), Phrase("action", "行为"),
            Phrase("purpose", "用途"), Phrase("case", "办件"), Phrase("relies on", "依据"), Phrase("outcome", "结果"),
            Phrase("reasons", "原因"),
        ].map { $0.text(in: language) }
        let rows = events.map { row in
            [
                row.time, row.event, row.department, row.action ?? "", row.purpose ?? "", row.caseNumber ?? "",
                row.authority ?? "", row.outcome ?? "", row.reasons.joined(separator: " "),
            ]
        }
        return subjects + TextTable(header: header, rows: rows).lines + [
            Phrase(
                "established: the traces have \(checkpoint.eventCount) events, no more and no less, as of height "
                    + "\(checkpoint.asOf); \(checkpoint.rowCount) are shown",
                "已证实：截至高度 \(checkpoint.asOf)，轨迹共 \(checkpoint.eventCount) 条，不多不少；显示 \(checkpoint.rowCount) 条"
            ).text(in: language)
        ]
    }
}
