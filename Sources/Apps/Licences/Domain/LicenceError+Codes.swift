// Codes and identifiers.
extension LicenceError.Code {
    /// Too few or too many characters.
    public static let wrongLength = Self(rawValue: "wrongLength")
    /// A character that the code's alphabet does not have.
    public static let wrongCharacter = Self(rawValue: "wrongCharacter")
    /// The check character does not belong to the characters before it.
    public static let wrongCheckCharacter = Self(rawValue: "wrongCheckCharacter")
    /// The check character follows the known second way of computing it, not the standard.
    public static let secondCheckVariant = Self(rawValue: "secondCheckVariant")
    /// The parts are too many, too few or in the wrong order.
    public static let wrongStructure = Self(rawValue: "wrongStructure")
    /// The issuer is named by a region where the standard wants its credit code.
    public static let regionAsIssuer = Self(rawValue: "regionAsIssuer")
    /// No region of GB/T 2260 begins like this.
    public static let unknownRegion = Self(rawValue: "unknownRegion")
    /// No day of the calendar.
    public static let wrongDate = Self(rawValue: "wrongDate")
    /// A number outside of its range.
    public static let outOfRange = Self(rawValue: "outOfRange")
    /// A code that the list of known ones does not have.
    public static let unknownCode = Self(rawValue: "unknownCode")
}

// Tables and their rows.
extension LicenceError.Code {
    /// The file could not be opened or read.
    public static let unreadableFile = Self(rawValue: "unreadableFile")
    /// The file could not be written.
    public static let unwritableFile = Self(rawValue: "unwritableFile")
    /// The bytes are not UTF-8.
    public static let wrongEncoding = Self(rawValue: "wrongEncoding")
    /// More bytes than are taken at once.
    public static let tooLarge = Self(rawValue: "tooLarge")
    /// More rows than are taken at once.
    public static let tooManyRows = Self(rawValue: "tooManyRows")
    /// A column of the table is missing, there twice, or unknown.
    public static let wrongColumns = Self(rawValue: "wrongColumns")
    /// The row has more or fewer values than the header has columns.
    public static let wrongValueCount = Self(rawValue: "wrongValueCount")
    /// A quotation mark is open at the end of the line, or stands where none may.
    public static let wrongQuoting = Self(rawValue: "wrongQuoting")
    /// A control character or a line break inside of a line.
    public static let controlCharacter = Self(rawValue: "controlCharacter")
    /// A value that must be there is empty.
    public static let missingValue = Self(rawValue: "missingValue")
    /// Two values of one row contradict each other.
    public static let inconsistentRow = Self(rawValue: "inconsistentRow")
    /// The licence was issued by another department than the one that imports.
    public static let foreignIssuer = Self(rawValue: "foreignIssuer")
    /// The identifier stands in the file twice.
    public static let duplicateIdentifier = Self(rawValue: "duplicateIdentifier")
    /// A path that leaves the table's folder.
    public static let unsafePath = Self(rawValue: "unsafePath")
}

// Metadata and what goes on a ledger.
extension LicenceError.Code {
    /// The salts do not belong to the fields.
    public static let wrongSalts = Self(rawValue: "wrongSalts")
    /// The bytes hold a person's identity or telephone number.
    public static let personalData = Self(rawValue: "personalData")
    /// The ledger has refused the licence, or has it otherwise; the message says why.
    public static let refusedByLedger = Self(rawValue: "refusedByLedger")
}
