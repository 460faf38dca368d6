public import Identity

/// What an owner's node does with its department's licences, besides the ledger.
///
/// A holder has no certificate of the consortium: what comes from a holder's device comes through the system of some
/// department, and counts by the holder's own signature.
public protocol LicenceService: Sendable {
    /// Releases what a decision allows, once (释放).
    /// - Parameter caller: the member behind the connection; `nil` within the node's own process.
    /// - Throws: ``LicenceServiceError``.
    func release(_ message: ReleaseMessage, caller: MemberName?) async throws(LicenceServiceError) -> ReleaseReply

    /// Makes a presentation at the holder's wish (亮证).
    /// - Throws: ``LicenceServiceError``.
    func present(_ message: PresentationMessage) async throws(LicenceServiceError) -> PresentationReply

    /// Takes in who scans and what for (扫码).
    /// - Throws: ``LicenceServiceError``.
    func scan(_ message: ScanMessage, caller: MemberName?) async throws(LicenceServiceError) -> ScanReply

    /// The scans that wait for the holder's answer; who knows the presentation's identifier may ask.
    /// - Throws: ``LicenceServiceError``.
    func waitingScans(_ question: ScanQuestion) async throws(LicenceServiceError) -> WaitingScans

    /// Takes in the holder's answer to a scan (本人确认).
    /// - Throws: ``LicenceServiceError``.
    func confirm(_ message: ConfirmationMessage) async throws(LicenceServiceError)

    /// The holder's answer, for the scanner.
    /// - Throws: ``LicenceServiceError`` with code `notConfirmedYet` until there is one.
    func confirmation(
        _ question: ScanQuestion, caller: MemberName?
    ) async throws(LicenceServiceError) -> ConfirmationReply

    /// Destroys what the vault holds of a licence that was taken down (销毁); the same again changes nothing.
    /// - Parameter caller: the member behind the connection, of the owner's department.
    /// - Throws: ``LicenceServiceError`` with code `notEntitled`, or `notTakenDown` where this node's ledger has no
    ///   tombstone of the licence.
    func destroy(
        _ message: DestructionMessage, caller: MemberName?
    ) async throws(LicenceServiceError) -> DestructionReply
}
