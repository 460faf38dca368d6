import Consensus
import Formats
import Identity

/// Where a node keeps proofs that a validator has contradicted itself: one DER file for each, for ever.
struct EvidenceDirectory: Sendable {
    /// Most proofs kept: the first are as good as the thousandth.
    static let maximumFileCount: UInt64 = 1_000

    let path: String
    private var count: UInt64 = 0

    init(path: String) { self.path = path }

    /// Keeps a proof; one that is kept already changes nothing.
    /// - Returns: the file, or `nil` where there are enough.
    /// - Throws: ``FileError``.
    mutating func keep(_ evidence: Evidence, of member: MemberName) throws(FileError) -> String? {
        guard count < Self.maximumFileCount else { return nil }
        count += 1
        try ProtectedFile.createDirectory(path)
        let file = "\(path)/epoch-\(evidence.epoch)-view-\(evidence.view)-\(member.department)-\(member.name).der"
        guard !ProtectedFile.exists(file) else { return file }
        try ProtectedFile.create(at: file, with: evidence.derBytes, access: .shared)
        return file
    }
}

extension Evidence {
    /// The epoch in whose name the offender contradicted itself.
    fileprivate var epoch: Epoch {
        switch self {
        case .votes(let first, _): first.statement.epoch
        case .proposals(let first, _): first.statement.epoch
        }
    }
}
