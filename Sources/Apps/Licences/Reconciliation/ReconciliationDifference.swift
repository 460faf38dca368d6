/// What two sides do not have alike of one licence.
public struct ReconciliationDifference: Hashable, Sendable, Codable {
    public enum Kind: String, Hashable, Sendable, Codable {
        /// The first side does not have it.
        case missingHere
        /// The second side does not have it.
        case missingThere
        /// Both have it, with other values.
        case differs
        /// A side has it more often than the other.
        case duplicated
    }

    /// Type, issuer and serial.
    public let licence: String
    public let kind: Kind
    /// What differs; empty for what is missing or doubled.
    public let columns: [ReconciliationColumn]
    /// How often each side has it.
    public let countHere: Int
    public let countThere: Int

    /// What two sides have of a licence; `nil` where it is the same.
    init?(_ licence: String, here: [ReconciliationRow], there: [ReconciliationRow]) {
        self.licence = licence
        (countHere, countThere) = (here.count, there.count)
        switch (here.first, there.first) {
        case (nil, nil): return nil
        case (nil, _):
            kind = .missingHere
            columns = []
        case (_, nil):
            kind = .missingThere
            columns = []
        case (let first?, let second?):
            guard here.count == there.count else {
                kind = .duplicated
                columns = []
                return
            }
            // Rows that are there twice on both sides are compared as they sort.
            let pairs = zip(Self.sorted(here), Self.sorted(there))
            guard pairs.contains(where: { $0 != $1 }) else { return nil }
            kind = .differs
            columns = here.count == 1 ? Self.columns(first, second) : []
        }
    }

    private static func sorted(_ rows: [ReconciliationRow]) -> [ReconciliationRow] {
        rows.sorted { ($0.bucket, $0.values.joined(separator: "\n")) < ($1.bucket, $1.values.joined(separator: "\n")) }
    }

    private static func columns(_ left: ReconciliationRow, _ right: ReconciliationRow) -> [ReconciliationColumn] {
        let named: [ReconciliationColumn] = [.version, .validFrom, .validUntil, .others]
        var columns = zip(named, zip(left.values, right.values)).filter { $0.1.0 != $0.1.1 }.map(\.0)
        if left.bucket.region != right.bucket.region { columns.append(.region) }
        if left.bucket.day != right.bucket.day { columns.append(.issuedOn) }
        return columns
    }
}
