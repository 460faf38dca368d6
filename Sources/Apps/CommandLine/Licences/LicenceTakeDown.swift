import ArgumentParser
import Formats
import Foundation
import Identity
import LicenceNode
import Licences
import Nodes
import ZhenglianClient

struct LicenceTakeDown: ZhenglianCommand {
    static let configuration = CommandConfiguration(
        commandName: "take-down",
        abstract: "Take a licence down from the ledger (下链): a tombstone with the legal basis stays.",
        discussion: """
            Holder, locator and fields leave the current state, and no use is allowed any more. Then your department's
            node destroys what its vault holds of the licence, all versions: keys, fields, salts, files. Blocks keep
            what was written: digests, which say nothing after that.

            Doing it again destroys what could not be destroyed the first time. Status 3 where the vault could not be
            reached. Backups of the vault from before open with the master key of before alone: rotate it ('vault
            rotate'), and destroy the old key wherever it is kept.

            Example: zhenglian licence take-down --basis 个人信息保护法第四十七条 --salts salts \\
                         --identifier 1.2.156.3005.2.11100000MB0143028R001.11650000MB1A0001XQ.20220612000003.001.0
            """
    )

    @OptionGroup var decision: LicenceDecisionOptions

    @Option(help: "The directory of a vault on this machine, where the node has none.")
    var vault: String?

    @Option(help: "The folder with the salts of the import, where the licence's are deleted too.")
    var salts: String?

    @OptionGroup var owner: OwnerNodeOptions
    @OptionGroup var connection: ConnectionOptions
    @OptionGroup var options: ConsoleOptions

    func validate() throws {
        guard vault == nil || owner.ownerNode == nil else {
            throw ValidationError("give either --vault or --owner-node")
        }
    }

    func run(_ console: Console) async throws {
        try await connection.withClient(console) { client, identity in
            // Opened before anything is done: what is not there is better told now than afterwards.
            let local = try vault.map { try VaultOptions.open($0, client.genesis) }
            let store = try salts.map { try LicenceSaltsStore(URL(fileURLWithPath: $0), isMade: false) }
            let licences = ZhenglianClient(ledger: client, identity: identity).licences
            let takingDown = try await takeDown(licences)
            let saltsCount = try store?.removeAll(of: LicenceKey(decision.identifier))
            let destruction = try await destroy(local, licences, identity, basis: takingDown.basis)
            try console.present(
                Report(decision.identifier, takingDown, destruction: destruction, saltsCount: saltsCount))
            if case .failed(let failure) = destruction { throw failure.status.code }
        }
    }

    /// The taking down on the ledger: now, or by an earlier run.
    private func takeDown(_ licences: LicenceRegister) async throws -> TakingDown {
        if let before = try await takenDownBefore(licences) { return before }
        do {
            return .now(try await licences.takeDown(decision.identifier, basis: decision.basis), decision.basis)
        } catch let error as TransactionRejected where error.code == .takenDown {
            // The node that was asked is behind: what it has just refused it knows by now.
            guard let before = try await takenDownBefore(licences) else { throw error }
            return before
        }
    }

    private func takenDownBefore(_ licences: LicenceRegister) async throws -> TakingDown? {
        let record = try await licences.licences([decision.identifier]).record(of: decision.identifier)
        return record.flatMap { record in record.tombstone.map { .before(record, $0.basis) } }
    }

    private func destroy(
        _ local: LicenceVault?, _ licences: LicenceRegister, _ identity: MemberIdentity, basis: String
    ) async throws -> Destruction {
        do {
            if let local {
                let destruction = try local.destroy(
                    LicenceKey(decision.identifier), basis: basis, at: SystemWallClock().now)
                return .done(now: destruction.now.map(\.text), before: destruction.before.map(\.text))
            }
            var destruction = Destruction.noVault
            try await owner.withService(of: identity.member.department, connection) { service in
                let reply = try await licences.destroy(decision.identifier, at: service)
                destruction = .done(now: reply.now, before: reply.before)
            }
            return destruction
        } catch let error as LicenceServiceError where error.code == .noVault {
            return .noVault
        } catch {
            return .failed(CommandFailure(error))
        }
    }

    private enum TakingDown {
        case now(Outcome, String)
        case before(CatalogueRecord, String)

        /// The basis in the tombstone.
        var basis: String {
            switch self {
            case .now(_, let basis), .before(_, let basis): basis
            }
        }
    }

    private enum Destruction {
        /// The versions that were destroyed now, and before.
        case done(now: [String], before: [String])
        /// The node has no vault.
        case noVault
        case failed(CommandFailure)
    }

    private struct Report: Presentable {
        let identifier: LicenceIdentifier
        let operation = LicenceOperation.takeDown.text
        let operationName = LicenceOperation.takeDown.name
        let transaction: TransactionIdentifier
        let height: Height
        let basis: String
        /// Whether an earlier run has taken the licence down.
        let wasTakenDownBefore: Bool
        /// `destroyed`, `nothingHeld`, `noVault` or `failed`.
        let vault: String
        let destroyed: [String]
        let destroyedBefore: [String]
        /// Why nothing could be destroyed, where `vault` is `failed`.
        let vaultFailure: String?
        /// Of how many versions salts were deleted; `nil` where no store was named.
        let saltsDeleted: Int?

        private let phrases: [Phrase]

        private enum CodingKeys: CodingKey {
            case identifier, operation, operationName, transaction, height, basis, wasTakenDownBefore, vault
            case destroyed, destroyedBefore, vaultFailure, saltsDeleted
        }

        init(
            _ identifier: LicenceIdentifier, _ takingDown: TakingDown, destruction: Destruction, saltsCount: Int?
        ) {
            self.identifier = identifier
            basis = takingDown.basis
            switch takingDown {
            case .now(let outcome, _):
                (transaction, height, wasTakenDownBefore) = (outcome.transaction, outcome.height, false)
            case .before(let record, _):
                (transaction, height, wasTakenDownBefore) = (record.transaction, record.changedHeight, true)
            }
            let told: Phrase
            switch destruction {
            case .done(let now, let before):
                (destroyed, destroyedBefore, vaultFailure) = (now, before, nil)
                vault = now.isEmpty && before.isEmpty ? "nothingHeld" : "destroyed"
                told = Self.phrase(now: now.count, before: before.count)
            case .noVault:
                (vault, destroyed, destroyedBefore, vaultFailure) = ("noVault", [], [], nil)
                told = Phrase(
                    "  the node has no vault: destroy what you keep elsewhere, or name --vault or --owner-node",
                    "  该节点没有保险库：请自行销毁他处留存的内容，或指定 --vault 或 --owner-node")
            case .failed(let failure):
                (vault, destroyed, destroyedBefore) = ("failed", [], [])
                vaultFailure = failure.phrase.english
                told = Phrase(
                    "  NOT destroyed in the vault: \(failure.phrase.english). Run the command again",
                    "  保险库中尚未销毁：\(failure.phrase.chinese)。请再次运行本命令")
            }
            saltsDeleted = saltsCount
            let done = wasTakenDownBefore ? Phrase("taken down before", "此前已下链") : Phrase("taken down", "已下链")
            phrases = [
                Phrase(
                    "\(identifier): \(done.english), since height \(height)",
                    "\(identifier)：\(done.chinese)，自高度 \(height) 起"),
                Phrase("  transaction  \(transaction)", "  交易  \(transaction)"), told,
            ]
        }

        private static func phrase(now: Int, before: Int) -> Phrase {
            guard now + before > 0 else {
                return Phrase("  the vault holds nothing of it", "  保险库中没有该证照的内容")
            }
            return Phrase(
                "  destroyed in the vault: \(now) versions now, \(before) before",
                "  保险库已销毁：本次 \(now) 个版本，此前 \(before) 个")
        }

        func lines(in language: Language) -> [String] {
            let salts = saltsDeleted.map {
                Phrase("  salts deleted of \($0) versions", "  已删除 \($0) 个版本的盐值")
            }
            return (phrases + [salts].compactMap(\.self)).map { $0.text(in: language) }
        }
    }
}
