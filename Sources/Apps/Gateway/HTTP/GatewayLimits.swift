import GatewayAccess

/// How much the gateway takes in, gives out and waits for, with the reasons.
public enum GatewayLimits {
    /// Bytes of a request's body: a transaction of the largest channel limit in base64 fits.
    public static let bodyByteCount = 2 << 20
    /// Bytes of all headers of a request: a token of an identity platform has some kilobytes.
    static let headerByteCount = 32 << 10
    static let headerCount = 100
    /// Bytes of path and query.
    static let targetByteCount = 4 << 10
    /// How long a body may take to come in: 2 MiB over a bad line.
    static let bodyTime = Duration.seconds(20)
    /// How long a connection may be silent, or a request's head incomplete.
    static let idleTime = Duration.seconds(30)
    /// How long an operation may take before its caller is told that it is not in time. What it has handed in may take
    /// effect all the same.
    static let operationTime = Duration.seconds(60)
    /// Connections at a time; further ones wait in the system's queue.
    static let connectionCount = 10_000
    /// Descriptors that the node itself needs: its databases, peers, logs.
    static let reservedDescriptorCount = 512
    /// Requests that are carried out at a time; further ones are told to come again.
    static let requestCount = 2_048
    /// Most elements of a page.
    static let pageCount = 500
    static let defaultPageCount = 50
    /// Events of a trace that one page looks through for those that its filter lets through.
    static let tracedEventCount: UInt64 = 5_000
    /// Events of a trace that is proved in one answer: some 12 MB, within the time of an operation.
    static let provedEventCount: UInt64 = 20_000
    /// Answers that carry proofs of many things, at a time, from the question to the last byte: each reads and holds
    /// some tens of megabytes.
    static let proofCount = 16
    /// Receipts that one request asks for.
    static let receiptCount = 64
    /// Bytes of the receipts of one answer; those that do not fit are asked for alone.
    static let receiptByteCount = 16 << 20
    /// How long an answer waits for the headers that vouch for its receipts: less than an operation may take.
    static let receiptPatience = Duration.seconds(15)
    /// How long a scanner may wait for the holder's answer, likewise.
    static let scanSeconds: Int64 = 30
    /// Bytes of a case's data and papers in one answer, in base64 some 30 MB.
    static let fetchedByteCount = 24 << 20
    /// Rows of an answer to an auditors' question.
    static let rowCount = 10_000
    /// Bytes of a body that brings papers into a case, in base64. What is longer is stored by the command line and
    /// named by its digest.
    static let paperByteCount = 8 << 20
    /// How long a caller may wait for notices: less than an operation may take.
    static let noticeSeconds: Int64 = 30
    /// Requests of an address that has shown nothing: pages of the console with all that belongs to them, and
    /// verifications, many a second, but not a flood.
    static let strangersQuota: Quota = {
        guard let quota = Quota(requestsPerMinute: 6_000) else { preconditionFailure("the number is within its range") }
        return quota
    }()
    /// Event streams at a time.
    static let streamCount = 512
}
