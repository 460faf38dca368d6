import ArgumentParser
import Formats
import Identity
import Licences
import ZhenglianClient

struct LicenceFind: ZhenglianCommand {
    static let configuration = CommandConfiguration(
        commandName: "find",
        abstract: "Find licences in a node's read model, by any combination of conditions (组合查询).",
        discussion: """
            It is the node's word, as of the height that it says; 'licence verify' says what is proved. A region with
            trailing zeros has everything in it. The next page begins where the last one says.

            Examples: zhenglian licence find --data nodes/market/data --region 650000 --status 05
                      zhenglian licence find --data nodes/market/data --type 11100000MB0143028R001 --valid-on 20261121
            """
    )

    @Option(help: "The node's data directory, as its configuration names it.")
    var data: String

    @Option(help: "The kind of licence (证照类型代码).", transform: { try LicenceTypeCode($0) })
    var type: LicenceTypeCode?

    @Option(help: "The region, six digits (GB/T 2260).", transform: { try RegionCode($0) })
    var region: RegionCode?

    @Option(help: "The issuing department.")
    var department: String?

    @Option(help: "The status by ledger time, two digits.")
    var status: LicenceStatus?

    @Option(help: "The holder's pseudonym.", transform: { try HolderPseudonym($0) })
    var holder: HolderPseudonym?

    @Option(help: "A day on which it is valid, yyyyMMdd.", transform: { try CalendarDate($0) })
    var validOn: CalendarDate?

    @Option(help: "The first day of issue, yyyyMMdd.", transform: { try CalendarDate($0) })
    var issuedFrom: CalendarDate?

    @Option(help: "The last day of issue, yyyyMMdd.", transform: { try CalendarDate($0) })
    var issuedUntil: CalendarDate?

    @Option(help: "Only what was changed after this height.")
    var changedAfter: UInt64?

    @Option(help: "Licences of a page, 1 to 1000.")
    var count = 50

    @Option(help: "Where the page begins, as the page before says.")
    var from: Int64 = 0

    @OptionGroup var options: ConsoleOptions

    func validate() throws {
        guard (1...LicenceSearch.maximumPageCount).contains(count) else {
            throw ValidationError("--count is 1 to \(LicenceSearch.maximumPageCount)")
        }
        guard from >= 0 else { throw ValidationError("--from is not negative") }
        guard changedAfter ?? 0 <= Int64.max else { throw ValidationError("--changed-after is a height") }
        guard department.map({ DepartmentName($0) != nil }) ?? true else {
            throw ValidationError("--department is a department's name")
        }
    }

    func run(_ console: Console) async throws {
        var filter = LicenceFilter()
        filter.type = type
        filter.region = region
        filter.department = department.flatMap { DepartmentName($0) }
        filter.status = status
        filter.holder = holder
        filter.validOn = validOn
        filter.issuedFrom = issuedFrom
        filter.issuedUntil = issuedUntil
        filter.changedAfter = changedAfter.map(Height.init(rawValue:))
        let page = try await LicenceSearch(dataPath: data).page(of: filter, from: from, count: count)
        try console.present(Report(page))
    }

    private struct Report: Presentable {
        struct Licence: Encodable {
            let identifier: LicenceIdentifier
            let department: String
            let region: RegionCode
            let issuedOn: CalendarDate
            let validFrom: CalendarDate
            let validUntil: CalendarDate?
            let status: String
            let statusName: String
            let holder: HolderPseudonym?
            let changedHeight: Height
        }

        let asOfHeight: Height
        let asOfTime: String
        let licences: [Licence]
        let next: Int64?

        init(_ page: LicencePage) {
            asOfHeight = page.height
            asOfTime = page.time.description
            next = page.next
            licences = page.entries.map { entry in
                Licence(
                    identifier: entry.identifier, department: entry.department, region: entry.region,
                    issuedOn: entry.issuedOn, validFrom: entry.validFrom, validUntil: entry.validUntil,
                    status: entry.status.text, statusName: entry.status.name, holder: entry.holder,
                    changedHeight: entry.changedHeight)
            }
        }

        func lines(in language: Language) -> [String] {
            var phrases = licences.map { licence in
                let period = "\(licence.validFrom)-\(licence.validUntil?.text ?? LicenceValidity.openEnd)"
                let text =
                    "\(licence.identifier)  \(licence.status) \(licence.statusName)  \(licence.region)  \(period)"
                return Phrase(text, text)
            }
            if let next {
                phrases.append(Phrase("more: --from \(next)", "下一页：--from \(next)"))
            }
            phrases.append(
                Phrase(
                    "\(licences.count) licences, as of height \(asOfHeight), \(asOfTime)",
                    "\(licences.count) 张证照，截至高度 \(asOfHeight)，\(asOfTime)"))
            return phrases.map { $0.text(in: language) }
        }
    }
}
