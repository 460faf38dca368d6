public import Formats
public import Identity
import Ledger

/// What a receipt of the catalogue proves of the licence behind a code, without a network.
public struct PresentedState: Hashable, Sendable {
    public let record: CatalogueRecord
    /// The height and time that the proof is as of.
    public let height: Height
    public let time: Timestamp

    /// Checks a receipt of the catalogue's entry of the licence of `token`.
    /// - Parameters:
    ///   - receipt: from the presenter, or from any node.
    ///   - token: of a code that was checked.
    ///   - genesis: what all trust starts from.
    ///   - table: which status allows to present; the standard one where the consortium has adopted none.
    /// - Throws: ``PresentationFault`` with code `notProved`.
    public init(
        _ receipt: Receipt, of token: PresentationToken, genesis: Genesis,
        table: LicenceCodeTable = .standard
    ) throws(PresentationFault) {
        let findings: ReceiptFindings
        do throws(VerificationError) {
            findings = try receipt.verify(against: genesis)
        } catch {
            throw PresentationFault(.notProved, "the proof of the licence's state does not hold: \(error)")
        }
        guard case .entry(let entry) = findings.subject, entry.name == CatalogueContract.stateName(of: token.licence)
        else {
            throw PresentationFault(
                .notProved, "the proof is of something else than the catalogue's entry of the licence")
        }
        do throws(FormatError) {
            record = try CatalogueRecord(derBytes: entry.value, limit: EntrySubject.maximumValueByteCount)
        } catch {
            throw PresentationFault(.notProved, "the catalogue's entry cannot be read: \(error)")
        }
        height = findings.asOf
        time = findings.seal.time
        guard record.identifier == token.licence, record.department == token.owner else {
            throw PresentationFault(.notProved, "the catalogue has another version of the licence in force")
        }
        guard record.isUsable(for: .present, at: token.issuedAt, table: table) else {
            throw PresentationFault(
                .notProved, "the licence may not be shown: its status is \(record.effectiveStatus(at: token.issuedAt))")
        }
    }
}
