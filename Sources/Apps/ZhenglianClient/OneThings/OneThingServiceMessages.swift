/// Hands items of a case to the own department's node to keep.
///
/// A message carries some of the files at a time; the same items with further files complete what is kept.
public struct StoreItemsMessage: Codable, Sendable {
    /// DER of the `CaseItems`.
    public let items: [UInt8]
    /// DER of the `CaseFile` of some papers among them.
    public let files: [[UInt8]]

    public init(items: [UInt8], files: [[UInt8]]) { (self.items, self.files) = (items, files) }
}

/// What a node keeps now.
public struct StoreItemsReply: Codable, Sendable {
    /// DER of the `CaseContent` that goes on the ledger.
    public let content: [UInt8]
    /// Papers whose files have not come yet.
    public let missing: [String]

    public init(content: [UInt8], missing: [String]) { (self.content, self.missing) = (content, missing) }
}

/// Asks the node that keeps content for what a step needs.
public struct FetchItemsMessage: Codable, Sendable {
    /// DER of the `CaseFetchOrder`.
    public let order: [UInt8]

    public init(order: [UInt8]) { self.order = order }
}

/// What the node that keeps content answers.
public struct FetchItemsReply: Codable, Sendable {
    /// DER of the `ReleasedItems`, encrypted to the key that the order names.
    public let sealed: [UInt8]

    public init(sealed: [UInt8]) { self.sealed = sealed }
}

/// Asks for what concerns the caller's department.
public struct NoticesQuestion: Codable, Sendable {
    /// The number of the first entry that is wanted, from 0: what was told before is told again to whoever asks again.
    public let cursor: UInt64
    public let limit: Int64
    /// How long to wait where there is nothing yet, in milliseconds.
    public let wait: Int64

    public init(cursor: UInt64, limit: Int64, wait: Int64) {
        (self.cursor, self.limit, self.wait) = (cursor, limit, wait)
    }
}

/// What concerns a department.
public struct NoticesReply: Codable, Sendable {
    /// Where the next question goes on.
    public let cursor: UInt64
    /// DER of the `CaseNotice`s; none where nothing has come in time.
    public let notices: [[UInt8]]
    /// The height that the answer is as of.
    public let height: UInt64

    public init(cursor: UInt64, notices: [[UInt8]], height: UInt64) {
        (self.cursor, self.notices, self.height) = (cursor, notices, height)
    }
}
