import Formats
import Identity
import Licences
import OneThings

/// How numbers, times and digests are told to people.
enum Told {
    /// `12,345`
    static func number(_ value: some BinaryInteger) -> String {
        let digits = String(value.magnitude)
        var groups: [Substring] = []
        var rest = digits[...]
        while rest.count > 3 {
            groups.insert(rest.suffix(3), at: 0)
            rest = rest.dropLast(3)
        }
        groups.insert(rest, at: 0)
        return (value < 0 ? "−" : "") + groups.joined(separator: ",")
    }

    /// Beijing time to the second, `2026-11-22 14:03:05`.
    static func time(_ time: Timestamp) -> String { "\(day(time)) \(clock(time))" }

    /// `14:03:05`, in Beijing.
    static func clock(_ time: Timestamp) -> String {
        let seconds = floored(time.milliseconds, 1_000) + 8 * 3_600
        let ofDay = seconds - floored(seconds, 86_400) * 86_400
        return [ofDay / 3_600, ofDay / 60 % 60, ofDay % 60].map(padded).joined(separator: ":")
    }

    /// `2026-11-22`, in Beijing.
    static func day(_ time: Timestamp) -> String { day(CalendarDate(beijing: time).text) }

    /// `20261122` as `2026-11-22`.
    static func day(_ digits: String) -> String {
        guard digits.count == 8 else { return digits }
        return "\(digits.prefix(4))-\(digits.dropFirst(4).prefix(2))-\(digits.suffix(2))"
    }

    /// The first digits of a digest, in groups of four, as one reads them to somebody.
    static func short(_ digest: some CustomStringConvertible) -> String {
        let text = digest.description
        return "\(text.prefix(4)) \(text.dropFirst(4).prefix(4)) \(text.dropFirst(8).prefix(4))…"
    }

    /// `512 MiB`, `1.5 GiB`
    static func bytes(_ count: UInt64) -> String {
        let units = ["B", "KiB", "MiB", "GiB", "TiB"]
        var tenths = count > UInt64.max / 10 ? UInt64.max : count * 10
        var unit = 0
        while tenths >= 10_240, unit + 1 < units.count {
            tenths /= 1_024
            unit += 1
        }
        return unit == 0 || tenths >= 1_000
            ? "\(tenths / 10) \(units[unit])" : "\(tenths / 10).\(tenths % 10) \(units[unit])"
    }

    /// In its two largest units: `3 d 4 h`.
    static func duration(milliseconds: Int64) -> Phrase {
        guard milliseconds >= 1_000 else { return Phrase("\(max(0, milliseconds)) ms", "\(max(0, milliseconds)) 毫秒") }
        let units: [(size: Int64, english: String, chinese: String)] = [
            (86_400, "d", "天"), (3_600, "h", "小时"), (60, "min", "分"), (1, "s", "秒"),
        ]
        var rest = milliseconds / 1_000
        let parts = units.map { unit in
            defer { rest %= unit.size }
            return (count: rest / unit.size, unit: unit)
        }
        let told = parts.drop { $0.count == 0 }.prefix(2).filter { $0.count > 0 }
        return Phrase(
            told.map { "\($0.count) \($0.unit.english)" }.joined(separator: " "),
            told.map { "\($0.count) \($0.unit.chinese)" }.joined(separator: " "))
    }

    static func duration(_ duration: Duration) -> Phrase {
        self.duration(milliseconds: Int64(duration / .milliseconds(1)))
    }

    static func limit(_ limit: TimeLimit) -> Phrase {
        let amount = limit.amount
        return switch limit.unit {
        case .seconds: Phrase("\(amount) s", "\(amount) 秒")
        case .minutes: Phrase("\(amount) min", "\(amount) 分钟")
        case .hours: Phrase("\(amount) h", "\(amount) 小时")
        case .calendarDays: Phrase("\(amount) days", "\(amount) 日")
        case .workingDays: Phrase("\(amount) working days", "\(amount) 个工作日")
        }
    }

    /// `98.3 %`, cut, not rounded: what is not all is never told as all.
    static func share(_ part: Int, of whole: Int) -> String {
        guard whole > 0 else { return "–" }
        let thousandths = part * 1_000 / whole
        return "\(thousandths / 10).\(thousandths % 10) %"
    }

    private static func padded(_ number: Int64) -> String { number < 10 ? "0\(number)" : "\(number)" }

    private static func floored(_ value: Int64, _ divisor: Int64) -> Int64 {
        value / divisor - (value % divisor < 0 ? 1 : 0)
    }
}
