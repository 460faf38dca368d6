/// Licences that are compared as one as long as they agree: those of a type and a region (桶), and within them those of
/// one day of issue.
public struct ReconciliationBucket: Hashable, Comparable, Sendable, Codable {
    public let type: String
    public let region: String
    /// `yyyyMMdd`; `nil` for all days.
    public let day: String?

    public init(type: String, region: String, day: String? = nil) {
        (self.type, self.region, self.day) = (type, region, day)
    }

    /// The bucket of the same type and region that has all days.
    public var allDays: ReconciliationBucket { ReconciliationBucket(type: type, region: region) }

    public static func < (left: Self, right: Self) -> Bool {
        (left.type, left.region, left.day ?? "") < (right.type, right.region, right.day ?? "")
    }
}
