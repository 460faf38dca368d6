import Formats
package import Identity
import Ledger
import Licences

/// Where the contract `cases` keeps what.
package enum CaseKeys {
    static func record(_ code: OneThingCode) -> StateKey { StateKey("case", Array(code.text.utf8)) }

    static func content(_ code: OneThingCode, _ place: Int64) -> StateKey {
        StateKey("content", Array(code.text.utf8), [UInt8(truncatingIfNeeded: place)])
    }

    static func subject(_ key: [UInt8]) -> StateKey { StateKey("subject", key) }

    /// How many cases were opened on a day.
    static func count(_ day: CalendarDate) -> StateKey { StateKey("opened", Array(day.text.utf8)) }

    static func events(_ code: OneThingCode) -> TrailKey { TrailKey("event", Array(code.text.utf8)) }

    static func stream(_ department: DepartmentName) -> TrailKey { TrailKey("stream", Array(department.rawValue.utf8)) }

    static func duties(of department: DepartmentName) -> SlotList {
        SlotList("duty", of: Array(department.rawValue.utf8))
    }

    /// The cases that a department leads and that are not over.
    static func running(_ department: DepartmentName) -> SlotList {
        SlotList("running", of: Array(department.rawValue.utf8))
    }

    /// The code of the case whose record stands at a key; `nil` for a key of another kind.
    static func code(ofRecord key: [UInt8]) -> String? {
        guard key.starts(with: recordPrefix) else { return nil }
        return String(decoding: key.dropFirst(recordPrefix.count), as: UTF8.self)
    }

    /// The case whose event stands at a key, and the event's place; `nil` for a key of another kind, such as that of
    /// the trail's head.
    static func event(ofElement key: [UInt8]) -> (code: String, number: UInt64)? {
        guard key.starts(with: eventPrefix), key.count > eventPrefix.count else { return nil }
        let length = Int(key[eventPrefix.count])
        let code = key.dropFirst(eventPrefix.count + 1)
        guard code.count == length + 8 else { return nil }
        let number = code.suffix(8).reduce(0) { $0 << 8 | UInt64($1) }
        return (String(decoding: code.prefix(length), as: UTF8.self), number)
    }

    /// The number of a notice of a department's stream, by the key that it stands at; `nil` for a key of another kind
    /// or another department's stream.
    package static func notice(ofElement key: [UInt8], of department: DepartmentName) -> UInt64? {
        let stream = stream(department).name(in: CasesContract.contractName).key
        guard key.count == stream.count + 8, key.starts(with: stream) else { return nil }
        return key.suffix(8).reduce(0) { $0 << 8 | UInt64($1) }
    }

    private static let recordPrefix = StateKey("case", []).bytes
    private static let eventPrefix = StateKey("event", []).bytes
}
