public import Formats
public import SwiftASN1

/// How much a caller may ask.
public struct Quota: DERSequence, Hashable {
    /// Requests in any minute.
    public let requestsPerMinute: Int
    /// Requests on a day in China; `nil` for as many as the minutes allow.
    public let requestsPerDay: Int?

    /// Makes a quota; `nil` where a number is below 1 or above ``ApplicationLimits``.
    public init?(requestsPerMinute: Int, requestsPerDay: Int? = nil) {
        guard (1...ApplicationLimits.requestsPerMinute).contains(Int64(requestsPerMinute)) else { return nil }
        if let requestsPerDay {
            guard (1...ApplicationLimits.requestsPerDay).contains(Int64(requestsPerDay)) else { return nil }
        }
        self.requestsPerMinute = requestsPerMinute
        self.requestsPerDay = requestsPerDay
    }

    public init(fields: inout ASN1NodeCollection.Iterator) throws {
        requestsPerMinute = Int(try fields.integer(in: 1...ApplicationLimits.requestsPerMinute))
        requestsPerDay = try fields.optional(tag: 0) {
            Int(try $0.integer(in: 1...ApplicationLimits.requestsPerDay))
        }
    }

    public func serialize(fields: inout DER.Serializer) throws {
        try fields.serialize(Int64(requestsPerMinute))
        try fields.serialize(optional: requestsPerDay, tag: 0) { try $0.serialize(Int64($1)) }
    }
}
