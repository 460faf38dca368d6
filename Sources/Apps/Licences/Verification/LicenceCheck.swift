public import Formats
public import Identity

/// One question about a licence, with its answer and as of when the answer holds.
public struct LicenceCheck: Sendable {
    /// What is asked, in the order in which people are told.
    public enum Subject: String, Hashable, Sendable, Codable, CaseIterable {
        /// Whether a receipt proves that the evidence was put on the ledger (上链凭证).
        case receipt
        /// Whether what was shown is what the evidence is of: the file, the fields, or a library's row (内容).
        case content
        /// Whether the catalogue says the same as the evidence, and as the library's row (目录).
        case catalogue
        /// Whether the department that owns the issuer code issued it, under a certificate in force then (签发者证书).
        case issuer
        /// Whether the licence is in force (状态).
        case status
    }

    public enum Verdict: String, Hashable, Sendable, Codable {
        /// Proved by what was shown and the genesis file.
        case established
        /// Something says otherwise.
        case contradicted
        /// Nothing here proves it, and nothing contradicts it.
        case couldNotBeChecked
    }

    /// The point of the chain that an answer is as of.
    public struct Moment: Hashable, Sendable {
        public let height: Height
        /// Ledger time.
        public let time: Timestamp

        public init(height: Height, time: Timestamp) {
            self.height = height
            self.time = time
        }
    }

    public let subject: Subject
    public let verdict: Verdict
    public let explanation: BilingualText
    /// `nil` where the answer rests on nothing of the ledger.
    public let asOf: Moment?

    init(_ subject: Subject, _ verdict: Verdict, _ explanation: BilingualText, asOf: Moment? = nil) {
        self.subject = subject
        self.verdict = verdict
        self.explanation = explanation
        self.asOf = asOf
    }
}
