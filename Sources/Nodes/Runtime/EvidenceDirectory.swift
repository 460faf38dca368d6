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

    /// The proofs that are kept, in the order of their files' names. A file that is no proof is passed over: nothing
    /// here depends on it.
    func kept() throws(FileError) -> [Evidence] {
        var proofs: [Evidence] = []
        for name in ProtectedFile.names(in: path).sorted() where name.hasSuffix(".der") {
            let bytes = try ProtectedFile.contents(of: "\(path)/\(name)", limit: Evidence.maximumByteCount)
            if let proof = try? Evidence(derBytes: bytes) { proofs.append(proof) }
        }
        return proofs
    }
}
