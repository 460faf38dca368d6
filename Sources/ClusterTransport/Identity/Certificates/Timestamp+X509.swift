import SwiftASN1

/// `Time` of RFC 5280, sections 4.1.2.5 and 5.1.2.4: UTCTime through the year 2049, GeneralizedTime from 2050 on.
extension Timestamp {
    init(derEncoded nodes: inout ASN1NodeCollection.Iterator) throws {
        guard let node = nodes.next() else {
            throw ASN1Error.invalidASN1Object(reason: "a time is missing")
        }
        if node.identifier == .utcTime {
            let time = try UTCTime(derEncoded: node)
            self.init(
                utcYear: time.year, month: time.month, day: time.day,
                hours: time.hours, minutes: time.minutes, seconds: time.seconds
            )
        } else {
            let time = try GeneralizedTime(derEncoded: node)
            self.init(
                utcYear: time.year, month: time.month, day: time.day,
                hours: time.hours, minutes: time.minutes, seconds: time.seconds
            )
        }
    }

    /// Writes the second that this point in time is in: X.509 keeps no more.
    func serialize(into coder: inout DER.Serializer) throws {
        let parts = utcComponents
        if parts.year < 2050 {
            try coder.serialize(
                UTCTime(
                    year: parts.year, month: parts.month, day: parts.day,
                    hours: parts.hours, minutes: parts.minutes, seconds: parts.seconds
                )
            )
        } else {
            try coder.serialize(
                GeneralizedTime(
                    year: parts.year, month: parts.month, day: parts.day,
                    hours: parts.hours, minutes: parts.minutes, seconds: parts.seconds, rawFractionalSeconds: []
                )
            )
        }
    }
}
