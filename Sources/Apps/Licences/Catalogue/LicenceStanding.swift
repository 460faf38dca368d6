public import Identity

/// How one version of a licence stands at a point of ledger time.
public enum LicenceStanding: Hashable, Sendable {
    /// The catalogue has this version, with this status; what has run out since it was written is expired.
    case current(LicenceStatus)
    /// The catalogue has a newer version (已被新版本取代).
    case superseded(by: LicenceIdentifier)
    /// The licence was taken down (已下链).
    case takenDown(CatalogueRecord.Tombstone)
}

extension CatalogueRecord {
    /// How a version of this licence stands at a point of ledger time.
    /// - Precondition: `version` is one of this licence that the ledger has or had.
    public func standing(of version: LicenceIdentifier, at time: Timestamp) -> LicenceStanding {
        if let tombstone { return .takenDown(tombstone) }
        return version == identifier ? .current(effectiveStatus(at: time)) : .superseded(by: identifier)
    }

    /// Whether the owner's library still says of this version what the entry says. The holder is compared within one
    /// key epoch only: pseudonyms of two say nothing of each other.
    func agrees(with particulars: CatalogueParticulars) -> Bool {
        let sameHolder =
            switch (holder, particulars.holder) {
            case (let own?, let other?): own.epoch != other.epoch || own == other
            default: true
            }
        return sameHolder && identifier == particulars.identifier && validity == particulars.validity
            && issuedOn == particulars.issuedOn && region == particulars.region
            && metadataRoot == particulars.metadataRoot
    }
}
