import Formats
import Identity
import OneThings
import Testing

/// Items are given out one by one, and what is given out is what the ledger has the root of.
@Suite("Content of cases")
struct CaseItemsTests {
    private let sample: CaseContentSample

    init() throws { sample = try CaseContentSample() }

    /// What the ledger has of the sample, as a node would state it.
    private func stored(
        _ items: CaseItems? = nil, by keeper: DepartmentName = SampleName.market
    ) throws -> StoredContent {
        let content = (items ?? sample.items).content(suite: sample.suite)
        // A StoredContent is made by the contract alone; these are the bytes that it would write.
        let department = [0x0C, UInt8(keeper.rawValue.utf8.count)] + Array(keeper.rawValue.utf8)
        let fields = department + content.derBytes
        return try StoredContent(derBytes: [0x30, UInt8(fields.count)] + fields, limit: 1 << 16)
    }

    @Test func theOrderInWhichItemsAreGivenChangesNothing() throws {
        let turned = try CaseItems(sample.items.items.reversed())
        #expect(turned == sample.items)
        #expect(turned.content(suite: sample.suite) == sample.items.content(suite: sample.suite))
    }

    @Test func anItemStandsInAListOnce() throws {
        #expect(throws: OneThingError(.wrongContent, "")) { try CaseItems([]) }
        #expect(throws: OneThingError(.wrongContent, "")) {
            try CaseItems(sample.items.items + [sample.items.items[0]])
        }
    }

    @Test func everyItemIsProvenByTheRootUnderItsOwnNameOnly() throws {
        let content = sample.items.content(suite: sample.suite)
        for item in sample.items.items {
            let disclosure = try #require(sample.items.disclosure(of: item.name, suite: sample.suite))
            #expect(disclosure.isProven(by: content, suite: sample.suite))
            let others = CaseContent(items: content.items.reversed(), root: content.root)
            let isMiddle = item.name == content.items[1]
            #expect(disclosure.isProven(by: others, suite: sample.suite) == isMiddle)
        }
        #expect(sample.items.disclosure(of: SampleName.police, suite: sample.suite) == nil)
    }

    /// The same datum twice gives two digests: nobody finds a value by trying.
    @Test func saltsHideWhatIsEasilyGuessed() throws {
        var generator = CountingGenerator(from: 77)
        let other = try CaseItems(
            sample.items.items.map { item in
                try item.datum.map { try CaseItem(item.name, datum: $0, using: &generator) } ?? item
            })
        #expect(other.content(suite: sample.suite).items == sample.items.content(suite: sample.suite).items)
        #expect(other.content(suite: sample.suite).root != sample.items.content(suite: sample.suite).root)
    }

    @Test func aReleaseIsCheckedAgainstTheLedger() throws {
        let released = try sample.released([SampleName.articles, SampleName.name])
        try released.check(against: stored(), suite: sample.suite)
        #expect(throws: OneThingError(.wrongContent, "")) {
            try released.check(against: stored(by: SampleName.taxation), suite: sample.suite)
        }
        #expect(throws: OneThingError(.wrongContent, "")) {
            try sample.released([SampleName.articles], file: [1]).check(against: stored(), suite: sample.suite)
        }
        var generator = CountingGenerator(from: 5)
        let other = try CaseItems([
            try CaseItem(SampleName.name, datum: "another", using: &generator), sample.items.items[1],
        ])
        #expect(throws: OneThingError(.wrongContent, "")) {
            try released.check(against: stored(other), suite: sample.suite)
        }
    }

    @Test func releasesOfTheSameItemsHaveDifferentDigests() throws {
        let first = try sample.released([SampleName.name])
        let bytes = first.derBytes
        #expect(try ReleasedItems(derBytes: bytes, limit: ReleasedItems.maximumByteCount) == first)
        var generator = CountingGenerator(from: 10)
        let second = ReleasedItems(
            first.order, from: first.keeper, to: first.receiver, at: first.releasedAt, disclosures: first.disclosures,
            files: first.files, using: &generator)
        #expect(first.digest(suite: sample.suite) != second.digest(suite: sample.suite))
    }
}
