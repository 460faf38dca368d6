import Formats
import Foundation
import Identity
import Ledger
import LedgerTestKit
import Licences
import Nodes
import Testing
import ZhenglianClient

/// What is read from a node's read model: finding licences, and a library compared with the catalogue.
@Suite struct CatalogueReadingTests {
    private static let issuerCode = "11650000MB1A0001XQ"
    private let directory: TemporaryDirectory
    private let consortium: TestConsortium
    private let counter: MemberIdentity

    init() throws {
        directory = try TemporaryDirectory()
        consortium = try TestConsortium(issuerCodes: [0: [Self.issuerCode]])
        counter = try consortium.member("counter-1")
    }

    private func particulars(
        _ number: Int, region: String = "650100", until: String? = nil, holder: HolderPseudonym? = nil
    ) throws -> CatalogueParticulars {
        let day = try CalendarDate("2025010\(number % 5 + 1)")
        return CatalogueParticulars(
            identifier: LicenceIdentifier(
                typeCode: try LicenceTypeCode("11100000MB0143028R001"),
                issuerCode: try UnifiedSocialCreditCode(Self.issuerCode),
                serial: try LicenceSerial("A\(number)"), version: .first),
            holder: holder, validity: try LicenceValidity(from: day, until: try until.map { try CalendarDate($0) }),
            issuedOn: day, region: try RegionCode(region),
            metadataRoot: consortium.suite.digest(of: Array("\(number)".utf8)))
    }

    /// A read model that has followed a chain with these calls.
    private func follow(_ groups: [[LicenceCall]]) async throws {
        let contracts: [any Contract] = [CatalogueContract(), EvidenceContract()]
        let ledger = try ChannelLedger(
            path: directory.path("ledger.sqlite"), genesis: consortium.genesis, contracts: try Contracts(contracts))
        let model = try ReadModel(
            path: directory.path("read-model.sqlite"), genesis: consortium.genesis,
            projections: [LicenceProjection()])
        var chain = try TestChain(consortium, contracts: contracts)
        for (index, calls) in groups.enumerated() {
            let transaction = try consortium.transaction(
                calls.map(\.call), by: counter, key: UInt64(index), registering: index == 0)
            try chain.append([try chain.verified(transaction, by: counter)])
        }
        try await ledger.execute(chain.blocks)
        while try await !model.advance(from: ledger).isCurrent {}
    }

    private func find(_ change: (inout LicenceFilter) throws -> Void) async throws -> [String] {
        var filter = LicenceFilter()
        try change(&filter)
        let page = try await LicenceSearch(dataPath: directory.url.path).page(of: filter, count: 100)
        return page.entries.map(\.identifier.serial.text)
    }

    @Test func licencesAreFoundByEveryConditionAndByAllTogether() async throws {
        let holder = HolderPseudonym(epoch: 1, digest: consortium.suite.digest(of: [1]))
        let all = [
            try particulars(1), try particulars(2, region: "652301", holder: holder),
            try particulars(3, until: "20251231"), try particulars(4), try particulars(5, region: "652302"),
        ]
        try await follow([
            all.map { .issue(IssueLicence($0)) },
            [
                .changeStatus(
                    ChangeLicenceStatus(
                        identifier: all[3].identifier, operation: .suspend, status: .suspended, basis: "条例第一条")),
                .takeDown(TakeDownLicence(identifier: all[4].identifier, basis: "个保法第四十七条")),
            ],
        ])
        #expect(try await find { _ in } == ["A1", "A2", "A3", "A4"])
        #expect(try await find { $0.region = try RegionCode("652300") } == ["A2"])
        #expect(try await find { $0.region = try RegionCode("650000") } == ["A1", "A2", "A3", "A4"])
        #expect(try await find { $0.region = try RegionCode("652301") } == ["A2"])
        #expect(try await find { $0.holder = holder } == ["A2"])
        #expect(try await find { $0.status = .valid } == ["A1", "A2"])
        #expect(try await find { $0.status = .expired } == ["A3"])
        #expect(try await find { $0.status = .suspended } == ["A4"])
        #expect(try await find { $0.validOn = try CalendarDate("20260101") } == ["A1", "A2", "A4"])
        #expect(try await find { $0.issuedFrom = try CalendarDate("20250104") } == ["A3", "A4"])
        #expect(try await find { $0.changedAfter = Height(rawValue: 1) } == ["A4"])
        #expect(
            try await find {
                $0.status = .valid
                $0.region = try RegionCode("652300")
                $0.type = try LicenceTypeCode("11100000MB0143028R001")
                $0.department = DepartmentName("department-0")
            } == ["A2"])
        #expect(try await find { $0.department = DepartmentName("department-1") } == [])
    }

    @Test func pagesFollowEachOtherWithoutGapsOrRepetitions() async throws {
        try await follow([try (0..<25).map { .issue(IssueLicence(try particulars($0))) }])
        let search = LicenceSearch(dataPath: directory.url.path)
        var (found, start) = ([String](), Int64(0))
        var pageCount = 0
        while true {
            let page = try await search.page(of: LicenceFilter(), from: start, count: 10)
            found += page.entries.map(\.identifier.serial.text)
            pageCount += 1
            #expect(page.height == Height(rawValue: 1))
            guard let next = page.next else { break }
            start = next
        }
        #expect(pageCount == 3)
        // Within a block, entries stand in the order of their keys.
        #expect(found == (0..<25).map { "A\($0)" }.sorted())
    }

    @Test func aLibraryIsComparedWithTheCatalogue() async throws {
        let all = try (0..<40).map { try particulars($0, until: $0 == 7 ? "20301231" : nil) }
        try await follow([all.map { .issue(IssueLicence($0)) }])
        var lines = all.map(line)
        lines[3] = lines[3].replacing(",650100,", with: ",650200,")
        lines[7] = lines[7].replacing("20301231", with: "20311231")
        lines.remove(at: 9)
        lines.append(line(try particulars(99)))
        let header = CSVLine.text(of: LicenceColumn.allCases.map(\.rawValue))
        let url = directory.url.appending(path: "library.csv")
        try Data(([header] + lines).joined(separator: "\n").utf8).write(to: url)
        let report = try await Reconciliation(
            TableSide(url, comparesAll: false),
            CatalogueSide(dataPath: directory.url.path, department: "department-0"), suite: consortium.suite
        ).run()
        #expect(report.countHere == 40 && report.countThere == 40)
        let found = Dictionary(
            uniqueKeysWithValues: report.differences.map { ($0.licence.split(separator: ".").last, $0) })
        #expect(found.count == 4)
        #expect(found["A3"]?.columns == [.region])
        #expect(found["A7"]?.columns == [.validUntil])
        #expect(found["A9"]?.kind == .missingHere)
        #expect(found["A99"]?.kind == .missingThere)
        let others = try await Reconciliation(
            TableSide(url, comparesAll: false),
            CatalogueSide(dataPath: directory.url.path, department: "department-1"), suite: consortium.suite
        ).run()
        #expect(others.countThere == 0)
    }

    private func line(_ licence: CatalogueParticulars) -> String {
        CSVLine.text(of: [
            licence.identifier.text, "营业执照", "营业执照", "示范企业", "91659944MA27M6B03D", "001", "示范局",
            Self.issuerCode, licence.issuedOn.text, licence.validity.from.text, licence.validity.untilText,
            licence.region.text, "",
        ])
    }
}
