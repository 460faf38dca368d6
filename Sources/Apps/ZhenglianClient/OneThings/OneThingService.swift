public import Identity

/// What a department's node does for one-things, besides the ledger.
public protocol OneThingService: Sendable {
    /// Keeps items and files of a case for the node's own department (存管).
    /// - Parameter caller: the member behind the connection; `nil` within the node's own process.
    /// - Throws: ``OneThingServiceError``.
    func store(_ message: StoreItemsMessage, caller: MemberName?) async throws(OneThingServiceError) -> StoreItemsReply

    /// Gives the items that a step needs to the department that has it in hand (调取).
    /// - Throws: ``OneThingServiceError``.
    func fetch(_ message: FetchItemsMessage, caller: MemberName?) async throws(OneThingServiceError) -> FetchItemsReply

    /// What concerns the caller's department, from a place on; waits for it where there is nothing yet (事件流).
    /// - Throws: ``OneThingServiceError``.
    func notices(_ question: NoticesQuestion, caller: MemberName?) async throws(OneThingServiceError) -> NoticesReply
}
