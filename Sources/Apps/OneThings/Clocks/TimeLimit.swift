public import Formats
public import SwiftASN1

/// How long something may take: a number of days, or a time by the clock (期限).
public struct TimeLimit: DERSequence, Hashable {
    /// What a limit is counted in.
    public enum Unit: Int64, NumberedName {
        case seconds = 0
        case minutes = 1
        case hours = 2
        /// 自然日: every day counts.
        case calendarDays = 3
        /// 工作日: the days count that the statutory calendar has as worked.
        case workingDays = 4
    }

    /// Ten years of days; nothing that the law knows of takes longer.
    public static let maximumDayCount: Int64 = 3_660

    /// At least 1.
    public let amount: Int64
    public let unit: Unit

    /// - Throws: ``OneThingError`` with code `wrongTimeLimit`.
    public init(_ amount: Int64, _ unit: Unit) throws(OneThingError) {
        (self.amount, self.unit) = (amount, unit)
        try check()
    }

    public init(fields: inout ASN1NodeCollection.Iterator) throws {
        amount = try fields.integer(in: 1...Self.maximumDayCount * 86_400)
        let number = try fields.enumerated()
        guard let unit = Unit(rawValue: number) else {
            throw FormatError(.outOfRange, "\(number) is no unit of a time limit")
        }
        self.unit = unit
        try check()
    }

    public func serialize(fields: inout DER.Serializer) throws {
        try fields.serialize(amount)
        try fields.serialize(enumerated: unit.rawValue)
    }

    /// The limit by the clock; `nil` for one that is counted in days.
    var duration: Duration? {
        switch unit {
        case .seconds: .seconds(amount)
        case .minutes: .seconds(amount * 60)
        case .hours: .seconds(amount * 3_600)
        case .calendarDays, .workingDays: nil
        }
    }

    private func check() throws(OneThingError) {
        let maximum =
            switch unit {
            case .seconds: Self.maximumDayCount * 86_400
            case .minutes: Self.maximumDayCount * 1_440
            case .hours: Self.maximumDayCount * 24
            case .calendarDays, .workingDays: Self.maximumDayCount
            }
        guard (1...maximum).contains(amount) else {
            throw OneThingError(.wrongTimeLimit, "a time limit of \(unit) is 1 to \(maximum), not \(amount)")
        }
    }
}

/// In JSON a limit is written with its unit: `"3 workingDays"`.
extension TimeLimit: Codable, CustomStringConvertible {
    public var description: String { "\(amount) \(unit)" }

    /// Reads a limit as it is written; `nil` where it is none.
    public init?(_ text: String) {
        guard let (amount, unit) = Self.parts(of: text), let limit = try? TimeLimit(amount, unit) else { return nil }
        self = limit
    }

    private static func parts(of text: String) -> (Int64, Unit)? {
        let parts = text.split(separator: " ", omittingEmptySubsequences: false)
        guard parts.count == 2, let amount = Int64(parts[0]), let unit = Unit(name: String(parts[1])) else {
            return nil
        }
        return (amount, unit)
    }

    public init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        guard let (amount, unit) = Self.parts(of: try container.decode(String.self)) else {
            let units = Unit.allCases.map { "\($0)" }.joined(separator: ", ")
            throw DecodingError.dataCorruptedError(
                in: container,
                debugDescription: "a time limit is a number and a unit, such as \"3 workingDays\"; units are \(units)")
        }
        do throws(OneThingError) {
            self = try TimeLimit(amount, unit)
        } catch {
            throw DecodingError.dataCorruptedError(in: container, debugDescription: error.message)
        }
    }

    public func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(description)
    }
}
