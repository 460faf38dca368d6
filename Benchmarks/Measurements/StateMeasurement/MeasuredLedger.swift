import Formats
import Foundation
import Identity
import Ledger
import LedgerTestKit

/// A ledger on disk that blocks are executed on one after the other, as a node does once they are final.
final class MeasuredLedger {
    let path: String
    let consortium: TestConsortium
    private(set) var ledger: ChannelLedger
    private let member: MemberIdentity
    private let contracts: Contracts
    private var key: UInt64 = 0

    init(directory: String) async throws {
        path = directory + "/ledger.sqlite"
        consortium = try TestConsortium()
        member = try consortium.member("benchmark")
        contracts = try Contracts([BulkContract()])
        ledger = try ChannelLedger(path: path, genesis: consortium.genesis, contracts: contracts)
        _ = try await execute([[]], registering: true)
    }

    /// Builds the next block of one transaction for each list of calls, and executes it.
    /// - Returns: seconds from the final block to its commit.
    func execute(_ calls: [[Call]], registering: Bool = false) async throws -> Double {
        let head = ledger.head
        let transactions = try calls.map { calls in
            key += 1
            let transaction = try consortium.transaction(
                calls,
                by: member,
                key: key,
                lastValidHeight: head.height.advanced(by: 100),
                registering: registering
            )
            let encoded = EncodedTransaction(transaction, suite: consortium.suite)
            return try TransactionAdmission(genesis: consortium.genesis).verify(encoded, by: member.certificate)
        }
        let block = BlockBuilder(genesis: consortium.genesis).block(
            of: transactions,
            on: head.block,
            in: head.schedule.term(at: head.height.next),
            view: head.block.view.next,
            now: head.timestamp.advanced(by: .seconds(1)),
            executed: head.results
        )
        let finalized = FinalizedBlock(block, finalization: try consortium.finalization(of: block.header))
        let start = ContinuousClock.now
        let executed = try await ledger.execute([finalized])
        let seconds = (ContinuousClock.now - start).seconds
        guard executed[0].outcomes.allSatisfy({ if case .applied = $0.status { true } else { false } }) else {
            throw TestKitError("a transaction was rejected: \(executed[0].outcomes)")
        }
        return seconds
    }

    /// Closes the ledger and opens it again.
    /// - Returns: seconds that opening took.
    func reopen() throws -> Double {
        try ledger.close()
        let start = ContinuousClock.now
        ledger = try ChannelLedger(path: path, genesis: consortium.genesis, contracts: contracts)
        return (ContinuousClock.now - start).seconds
    }

    /// Bytes of the database with its log worked in.
    func byteCount() throws -> Int {
        try ledger.close()
        let attributes = try FileManager.default.attributesOfItem(atPath: path)
        ledger = try ChannelLedger(path: path, genesis: consortium.genesis, contracts: contracts)
        return (attributes[.size] as? Int) ?? 0
    }
}

extension Duration {
    var seconds: Double {
        Double(components.seconds) + Double(components.attoseconds) / 1e18
    }
}

/// Bytes of memory that the process holds (`/proc/self/statm`, proc(5)); `nil` where there is no such file.
func residentBytes() -> Int? {
    guard let text = try? String(contentsOfFile: "/proc/self/statm", encoding: .utf8) else { return nil }
    let pages = text.split(separator: " ").dropFirst().first.flatMap { Int($0) }
    return pages.map { $0 * 4_096 }
}

/// Processor seconds that the process has used.
func processorSeconds() -> Double {
    Double(clock()) / Double(CLOCKS_PER_SEC)
}
