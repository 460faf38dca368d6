import Formats
import Foundation
import Identity
import Ledger
import LedgerTestKit
import LocalConsortium

/// A data directory with a ledger of some blocks and the genesis file that belongs to it, for commands that need no
/// node.
struct LedgerFolder {
    let directory: TemporaryDirectory
    let consortium: TestConsortium
    private(set) var chain: TestChain
    private let member: MemberIdentity
    private var key: UInt64 = 0

    var data: String { directory.path("data") }
    var ledgerPath: String { directory.path("data/ledger.sqlite") }
    var genesis: String { directory.path("genesis.der") }

    /// - Parameter count: how many blocks with transactions.
    init(blocks count: Int) async throws {
        directory = try TemporaryDirectory()
        var limits = ChannelLimits()
        // Short, so that there is something to prune.
        limits.transactionLifetime = 4
        consortium = try TestConsortium(limits: limits)
        member = try consortium.member("alice")
        chain = try TestChain(consortium)
        try FileManager.default.createDirectory(atPath: directory.path("data"), withIntermediateDirectories: true)
        try Data(consortium.genesis.document.derBytes).write(to: URL(fileURLWithPath: directory.path("genesis.der")))
        try append([[]], registering: true)
        for index in 0..<count {
            try append([
                [NotesContract.call("put", "key-\(index % 9)", [UInt8(truncatingIfNeeded: index)])],
                [NotesContract.call("repeat", "\(60 + index % 50)", [UInt8](repeating: 5, count: 200))],
                [NotesContract.call("append", "list", [UInt8(truncatingIfNeeded: index)])],
            ])
        }
        try chain.append()
        let ledger = try open()
        try await ledger.execute(chain.blocks)
        try ledger.close()
    }

    func open() throws -> ChannelLedger {
        try ChannelLedger(
            path: ledgerPath, genesis: consortium.genesis, contracts: try Contracts([NotesContract()]))
    }

    private mutating func append(_ transactions: [[Call]], registering: Bool = false) throws {
        try chain.append(
            transactions.map { calls in
                key += 1
                let last = chain.parent.height.advanced(by: consortium.genesis.limits.transactionLifetime)
                let transaction = try consortium.transaction(
                    calls, by: member, key: key, lastValidHeight: last, registering: registering)
                return try chain.verified(transaction, by: member)
            })
    }

    /// Puts a copy of the ledger, with what its last process has left beside it, into another directory.
    func copy(to other: String) throws {
        try FileManager.default.createDirectory(atPath: other, withIntermediateDirectories: true)
        for name in try FileManager.default.contentsOfDirectory(atPath: data) {
            try FileManager.default.copyItem(atPath: "\(data)/\(name)", toPath: "\(other)/\(name)")
        }
    }
}
