import Formats
import Identity
import Licences
import OneThings

/// Names of the sample, as a definition would have them.
enum SampleName {
    static let name = label("name")
    static let articles = label("articles")
    static let address = label("address")
    static let step = label("seal")
    static let market = label("market")
    static let police = label("police")
    static let taxation = label("taxation")

    private static func label(_ text: String) -> Label {
        guard let label = Label(text) else { preconditionFailure("'\(text)' is no label") }
        return label
    }
}

/// Numbers that are the same in every run.
struct CountingGenerator: RandomNumberGenerator {
    private var last: UInt64

    init(from first: UInt64 = 1) { last = first }

    mutating func next() -> UInt64 {
        last = last &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
        return last
    }
}

/// A list with a datum and a paper, and what comes of it.
struct CaseContentSample {
    let suite: any CryptoSuite = CryptoSuiteIdentifier.p256.suite
    let file = [UInt8]("articles of association".utf8)
    let items: CaseItems
    let keeper = SampleName.market

    init() throws {
        var generator = CountingGenerator()
        items = try CaseItems([
            try CaseItem(SampleName.name, datum: "示例", using: &generator),
            CaseItem(SampleName.articles, paper: suite.digest(of: file), using: &generator),
            try CaseItem(SampleName.address, datum: "示例路 1 号", using: &generator),
        ])
    }

    func order(_ names: [Label]) throws -> CaseFetchOrder {
        try CaseFetchOrder(
            channel: ChannelIdentifier(suite.digest(of: [1])), code: OneThingCode("20261122-00000001-S"),
            step: SampleName.step, attempt: 1, content: 0, items: names, recipientKey: [0x30, 0x00])
    }

    func released(_ names: [Label], file: [UInt8]? = nil) throws -> ReleasedItems {
        var generator = CountingGenerator(from: 9)
        let disclosures = names.sorted().compactMap { items.disclosure(of: $0, suite: suite) }
        return ReleasedItems(
            try order(names), from: keeper, to: SampleName.police, at: Timestamp(milliseconds: 1_767_225_600_000),
            disclosures: disclosures,
            files: disclosures.filter { $0.item.kind == .paper }.map {
                CaseFile(paper: $0.item.name, bytes: file ?? self.file)
            },
            using: &generator)
    }
}
