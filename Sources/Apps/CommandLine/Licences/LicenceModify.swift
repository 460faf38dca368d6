import ArgumentParser
import Formats
import Licences
import Nodes
import ZhenglianClient

struct LicenceModify: ZhenglianCommand {
    static let configuration = CommandConfiguration(
        commandName: "modify",
        abstract: "Give a licence's entry another holder's pseudonym or locator (修改), of the same version.",
        discussion: """
            What is not named stays as it is. What a licence prints changes by a new version only ('licence change').
            The new state takes the place of the one that the node states now, or of --revision: if somebody was
            faster, nothing is done, and the status is 1.

            Examples: zhenglian licence modify --locator vault:2 --basis 库房迁移通知第3号 \\
                          --identifier 1.2.156.3005.2.11100000MB0143028R001.11650000MB1A0001XQ.20220612000003.001.0
                      zhenglian licence modify --holder P2-… --revision 4 --basis 假名换代 --identifier …
            """
    )

    @Option(help: "The holder's pseudonym from now on.", transform: { try HolderPseudonym($0) })
    var holder: HolderPseudonym?

    @Option(help: "Where your node keeps the licence from now on: visible ASCII, at most 128 bytes.")
    var locator: String?

    @Flag(help: "The entry names no locator any more.")
    var noLocator = false

    @Option(help: "The revision of the entry that you have looked at ('licence show').")
    var revision: UInt64?

    @OptionGroup var decision: LicenceDecisionOptions
    @OptionGroup var connection: ConnectionOptions
    @OptionGroup var options: ConsoleOptions

    func validate() throws {
        guard holder != nil || locator != nil || noLocator else {
            throw ValidationError("give --holder, --locator or --no-locator")
        }
        guard locator == nil || !noLocator else { throw ValidationError("give either --locator or --no-locator") }
        if let locator, !(1...CatalogueRecord.maximumLocatorByteCount).contains(locator.utf8.count) {
            throw ValidationError("--locator has 1 to \(CatalogueRecord.maximumLocatorByteCount) bytes")
        }
    }

    func run(_ console: Console) async throws {
        try await connection.withClient(console) { client, identity in
            let licences = ZhenglianClient(ledger: client, identity: identity).licences
            let (seen, status) = try await seen(licences)
            let outcome = try await licences.modify(
                seen, holder: holder ?? seen.holder, locator: noLocator ? nil : locator ?? seen.locator,
                basis: decision.basis)
            try console.present(LicenceDecisionReport(decision.identifier, .modify, status, outcome))
        }
    }

    /// The entry that the modification takes the place of, and the licence's status now.
    private func seen(_ licences: LicenceRegister) async throws -> (CatalogueRecord, LicenceStatus) {
        let identifier = decision.identifier
        let answer = try await licences.licences([identifier])
        guard let record = answer.record(of: identifier) else {
            throw CommandFailure(
                .refused, Phrase("\(identifier) is not in the catalogue", "目录中没有证照 \(identifier)"))
        }
        guard record.tombstone == nil, record.identifier == identifier else {
            throw CommandFailure(
                .refused,
                Phrase(
                    "\(identifier) is no licence in force: it was taken down or superseded",
                    "\(identifier) 已下链或已被新版本取代"))
        }
        guard revision ?? record.revision == record.revision else {
            throw CommandFailure(
                .refused,
                Phrase(
                    "the entry is at revision \(record.revision) by now: look at it again ('licence show')",
                    "目录条目已是第 \(record.revision) 次状态：请重新查看（licence show）"))
        }
        return (record, record.effectiveStatus(at: answer.time))
    }
}
