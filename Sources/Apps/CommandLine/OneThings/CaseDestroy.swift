import ArgumentParser
import Formats
import Identity
import Licences
import Nodes
import OneThingNode
import OneThings
import Vault
import ZhenglianClient

struct CaseDestroy: ZhenglianCommand {
    static let configuration = CommandConfiguration(
        commandName: "destroy",
        abstract: "Destroy what your department's vault holds of an archived case (销毁): keys, data and papers.",
        discussion: """
            The ledger keeps its digests, which say nothing any more; what was destroyed does not come back. Backups of
            the vault from before open with the master key of before alone: rotate it ('vault rotate'), and destroy the
            old key wherever it is kept.

            Example: zhenglian onething destroy 20261122-00000001-S --vault vault --basis 档案管理办法第十条
            """
    )

    @Argument(help: "The case's code (一件事编码).")
    var code: OneThingCode

    @Option(help: "The vault's directory, as the node's configuration names it.")
    var vault: String

    @Option(help: "The rule by which it is destroyed, at most 200 characters.")
    var basis: String

    @OptionGroup var connection: ConnectionOptions
    @OptionGroup var options: ConsoleOptions

    func run(_ console: Console) async throws {
        try await connection.withClient(console) { ledger, identity in
            let path = "\(vault)/\(OneThingNodeApplication.vaultDirectory)"
            guard ProtectedFile.exists("\(path)/master.key") else {
                throw CommandFailure(
                    .wrongUse, Phrase("there is no vault of cases in \(vault)", "\(vault) 中没有办件保险库"))
            }
            let cases = ZhenglianClient(ledger: ledger, identity: identity).oneThings.cases
            let known = try await cases.standing(of: code).known
            guard known.archivedAt != nil else {
                throw CommandFailure(
                    .refused,
                    Phrase(
                        "\(code) is not archived: do that first (onething archive)",
                        "\(code) 尚未归档：请先执行 onething archive"))
            }
            let vault = try CaseVault(path, genesis: ledger.genesis)
            var report = Report(code: code, destroyed: 0)
            for place in 0..<known.contentCount {
                let stored = try await cases.content(place, of: code)
                guard stored.department == identity.member.department else { continue }
                if try destroy(stored.content.root, in: vault) { report.destroyed += 1 }
            }
            try console.present(report)
        }
    }

    /// - Returns: `false` where it was destroyed before, or is kept by another node of the department.
    private func destroy(_ root: Digest, in vault: CaseVault) throws -> Bool {
        do {
            return try vault.destroy(root, basis: basis, at: SystemWallClock().now)
        } catch let error as VaultError where error.code == .notFound {
            return false
        }
    }

    private struct Report: Presentable {
        let code: OneThingCode
        /// Lists of content.
        var destroyed: Int

        func lines(in language: Language) -> [String] {
            [
                Phrase(
                    "\(code): \(destroyed) lists of data and papers are destroyed", "\(code)：已销毁 \(destroyed) 份信息与材料"
                ).text(in: language)
            ]
        }
    }
}
