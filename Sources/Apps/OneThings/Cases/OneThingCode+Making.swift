import Licences

extension OneThingCode {
    /// The code of the `number`th case of a day: `20261122-00000001-3`, with a check character over the digits
    /// (ISO 7064 MOD 37,36) that finds any one that is mistyped.
    init(day: CalendarDate, number: UInt64) throws(LicenceError) {
        let digits = String(number)
        let padded = String(repeating: "0", count: max(0, 8 - digits.utf8.count)) + digits
        let values = (day.text + padded).utf8.map { Int($0) - Int(UInt8(ascii: "0")) }
        try self.init("\(day.text)-\(padded)-\(CheckCharacters.mod37And36Character(values))")
    }
}
