import Formats
import Identity
import Ledger
import Logging

/// Reports proofs of misconduct to the ledger, in the name of the node: those that it finds, and after a start those
/// that it has kept and the ledger does not know.
struct MisconductReporter: Sendable {
    /// Most proofs that wait to be reported; what is more is in the directory, for the next start.
    static let maximumWaiting = 256

    private let submitter: Submitter
    private let directory: EvidenceDirectory
    private let logger: Logger

    init(submitter: Submitter, directory: EvidenceDirectory, logger: Logger) {
        self.submitter = submitter
        self.directory = directory
        self.logger = logger
    }

    /// Reports what comes, until the task is cancelled.
    func run(_ evidence: AsyncStream<Evidence>) async {
        await reportKept()
        for await proof in evidence {
            await report(proof)
        }
    }

    private func reportKept() async {
        do {
            let kept = try directory.kept()
            guard !kept.isEmpty else { return }
            let known = try await reported()
            for proof in kept where !known.contains(proof.derBytes) {
                await report(proof)
            }
        } catch {
            logger.warning("kept proofs of misconduct are not reported", metadata: ["error": "\(error)"])
        }
    }

    /// The proofs that are on the ledger. Another proof of the same contradiction is one more that changes nothing.
    private func reported() async throws -> Set<[UInt8]> {
        var proofs: Set<[UInt8]> = []
        var first: UInt64 = 0
        while true {
            let page: MisconductPage = try await submitter.client.query(
                contract: MisconductContract.name,
                name: MisconductContract.listQuery,
                arguments: MisconductPageArguments(first: first, limit: MisconductContract.recordsPerPage)
            ).result
            proofs.formUnion(page.records.map(\.evidence))
            first += UInt64(page.records.count)
            guard !page.records.isEmpty, first < page.count else { return proofs }
        }
    }

    private func report(_ proof: Evidence) async {
        do {
            try await submitter.submit([MisconductContract.report(of: proof)])
        } catch {
            // The file stays; the next start tries again.
            logger.warning("a proof of misconduct is not reported", metadata: ["error": "\(error)"])
        }
    }
}
