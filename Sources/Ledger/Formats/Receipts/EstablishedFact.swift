/// Something that a receipt establishes (已证实). The raw values are the names in the JSON view.
public enum EstablishedFact: String, Sendable, CaseIterable, Codable {
    /// What the transaction says, to the byte.
    case content
    /// Who signed the transaction, under a certificate that was valid at the block's time.
    case submitter
    /// What became of the transaction.
    case outcome
    /// The transaction's place: height and index, before everything after it.
    case order
    /// The block's timestamp, to which a quorum agreed.
    case time
    /// The entry's value, to the byte, as of the height.
    case value
    /// That there is no such entry as of the height.
    case absence
    /// That it has been so without interruption from an earlier height on.
    case continuity
    /// That these are all the elements of the trail as of the height.
    case completeness
    /// That these are all the elements of the trail from a place on, as of the height.
    case completenessFromPlace
    /// In which order the elements were appended.
    case elementOrder
    /// That a quorum of the consortium's validators has made it final, and which of them have signed.
    case finality
}
