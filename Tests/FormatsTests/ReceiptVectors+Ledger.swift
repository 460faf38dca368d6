import Formats
import Identity
import Ledger
import LedgerTestKit

extension ReceiptVectors {
    /// Receipts that a ledger gives of a chain whose validators have changed, by its contract.
    func ledgerReceipts() async throws -> [(name: String, bytes: [UInt8])] {
        let directory = try TemporaryDirectory()
        let ledger = try ChannelLedger(
            path: directory.path("ledger.sqlite"), genesis: consortium.genesis,
            contracts: try Contracts([NotesContract()]))
        var chain = try TestChain(consortium)
        let administrator = try consortium.member("admin", role: .administrator)
        let renewed = try consortium.member("node", role: .validator)
        chain.identities = [renewed]
        let arguments = MembershipProposalArguments(operations: [.rotate(renewed.certificate.der)])
        let change = try consortium.transaction(
            [MembershipContract.proposal(arguments)], by: administrator, registering: true)
        try chain.append([chain.verified(change, by: administrator)])
        let before = try consortium.transaction([NotesContract.call("put", "before")], by: member, registering: true)
        try chain.append([chain.verified(before, by: member)])
        while chain.schedule.next != nil { try chain.append() }
        let after = try consortium.transaction([NotesContract.call("put", "after")], by: member)
        try chain.append([chain.verified(after, by: member)], after: 2)
        try chain.append(after: 1)
        try await ledger.execute(chain.blocks)
        let receipts = [
            (
                "valid-before-a-change-of-validators",
                try await ledger.receipt(for: before.body.identifier(suite: consortium.suite))
            ),
            (
                "valid-after-a-change-of-validators",
                try await ledger.receipt(for: after.body.identifier(suite: consortium.suite))
            ),
        ]
        return receipts.map { ($0, $1.derBytes) }
    }
}
