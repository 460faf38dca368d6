import Formats
import Identity
import Ledger

/// What a receipt of the state proves about a licence: what the catalogue says of it now, or that there is nothing.
enum CurrentLicence {
    /// The catalogue's entry as the state holds it.
    case record(CatalogueRecord, asOf: LicenceCheck.Moment)
    /// The state holds nothing of the licence, or of the file where no licence was named.
    case none(asOf: LicenceCheck.Moment)
    /// Nothing is proved: no receipt was to be had.
    case unproved(BilingualText)
    /// What was shown as a proof is none.
    case refuted(BilingualText)

    /// - Parameters:
    ///   - proof: a receipt of the state, or why there is none.
    ///   - identifier: the licence in question, where it is known.
    ///   - file: the digest of the file that was shown, where one was.
    ///   - verifier: verifies the receipt.
    init(
        _ proof: LicenceVerification.Proof, identifier: LicenceIdentifier?, file: Digest?, verifier: ReceiptVerifier
    ) {
        let receipt: Receipt
        switch proof {
        case .receipt(let shown): receipt = shown
        case .missing(let reason):
            self = .unproved(reason)
            return
        }
        do {
            let findings = try verifier.verify(receipt)
            let asOf = LicenceCheck.Moment(height: findings.asOf, time: findings.seal.time)
            switch findings.subject {
            case .entry(let entry):
                let record = try CatalogueRecord(derBytes: entry.value, limit: EntrySubject.maximumValueByteCount)
                guard let identifier, record.identifier.isSameLicence(as: identifier),
                    entry.name == CatalogueContract.stateName(of: identifier)
                else {
                    self = .refuted(Self.foreign)
                    return
                }
                self = .record(record, asOf: asOf)
            case .absence(let absence):
                let asked =
                    identifier.map(CatalogueContract.stateName(of:)) ?? file.map(EvidenceContract.stateName(ofFile:))
                self = absence.name == asked ? .none(asOf: asOf) : .refuted(Self.foreign)
            default:
                self = .refuted(Self.foreign)
            }
        } catch {
            self = .refuted(
                BilingualText("the proof of the status does not hold: \(error)", "状态证明不成立：\(error)"))
        }
    }

    private static let foreign = BilingualText(
        "the proof of the status is of something else than this licence", "状态证明所载并非此证照")
}
