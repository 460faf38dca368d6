public import Identity

/// Why what came from an owner's node is not what the ledger says of it.
///
/// Two faults are equal when their codes are.
public struct ReleaseFault: Error, Sendable, Equatable, CustomStringConvertible {
    public enum Code: String, Sendable {
        /// The content is of another decision or licence.
        case otherDecision
        /// The ledger has no release to the decision, or one of other content.
        case notOnLedger
        /// More than the decision allows.
        case notAllowed
        /// A field does not lead to the metadata root that the evidence ledger has.
        case fieldNotProved
        /// The file is not the one that the evidence ledger has.
        case fileNotProved
        /// A proof of the ledger does not hold, or is of something else.
        case proofBroken
    }

    public let code: Code
    /// What is wrong, and what to do.
    public let message: String

    public init(_ code: Code, _ message: String) { (self.code, self.message) = (code, message) }

    public static func == (left: Self, right: Self) -> Bool { left.code == right.code }

    public var description: String { "\(message) (\(code.rawValue))" }
}

extension ReleasedContent {
    /// Checks that this is what the ledger says was released, and that every part of it is the licence's.
    /// - Parameters:
    ///   - decision: the decision, as the ledger has it.
    ///   - release: the release to it, as the ledger has it.
    ///   - evidence: the evidence of the licence, as the ledger has it.
    /// - Throws: ``ReleaseFault``.
    public func check(
        decision: Decision, release: Release, evidence: EvidenceRecord, suite: any CryptoSuite
    ) throws(ReleaseFault) {
        guard note == ReleaseNote(decision), evidence.identifier == decision.licence else {
            throw ReleaseFault(.otherDecision, "what came is of another decision than \(decision.identifier)")
        }
        guard release.decision == decision.identifier, release.delivered == digest(suite: suite),
            release.kind == kind, release.fields == columns
        else {
            throw ReleaseFault(
                .notOnLedger,
                "the ledger says that something else was released to \(decision.identifier): do not use it")
        }
        guard Set(columns).isSubset(of: decision.fields) else {
            throw ReleaseFault(.notAllowed, "more came than the decision \(decision.identifier) allows: delete it")
        }
        for disclosure in disclosures
        where !disclosure.isProven(by: evidence.content.metadataRoot, suite: suite) {
            throw ReleaseFault(
                .fieldNotProved, "the field \(disclosure.field) is not the one that the evidence ledger has")
        }
        if let file, evidence.content.file != suite.digest(of: file) {
            throw ReleaseFault(.fileNotProved, "the file is not the one that the evidence ledger has")
        }
    }
}
