import Identity
import Ledger
import Licences

/// Where the contract `cases` keeps what.
enum CaseKeys {
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

    private static let recordPrefix = StateKey("case", []).bytes
}
