/// The first line of a table: which column stands where.
struct LicenceTableHeader {
    /// Columns that a file of refused rows has besides; reading the corrected file ignores them.
    static let ignored = ["refused_line", "refused_reason", "refused_text"]

    /// The names as they stand in the file.
    let names: [String]
    /// The column at each place; `nil` for an ignored one.
    let columns: [LicenceColumn?]

    /// A table of JSON lines names its columns in every line; their order is that of the columns here.
    static let ofJSONLines = LicenceTableHeader(columns: LicenceColumn.allCases)

    private init(columns: [LicenceColumn]) {
        names = columns.map(\.rawValue)
        self.columns = columns
    }

    /// - Throws: ``LicenceError`` with code `wrongColumns`, naming every column that is unknown, doubled or missing.
    init(line: String) throws(LicenceError) {
        do {
            names = try CSVLine.values(of: line)
        } catch {
            throw error.within("header, line 1")
        }
        columns = names.map(LicenceColumn.init(rawValue:))
        let unknown = names.filter { LicenceColumn(rawValue: $0) == nil && !Self.ignored.contains($0) }
        let doubled = names.enumerated().filter { names[..<$0.offset].contains($0.element) }.map(\.element)
        let missing = LicenceColumn.allCases.filter { !columns.contains($0) }.map(\.rawValue)
        let faults = [("unknown", unknown), ("there twice", doubled), ("missing", missing)].filter { !$0.1.isEmpty }
        guard faults.isEmpty else {
            let wanted = LicenceColumn.allCases.map(\.rawValue).joined(separator: ",")
            let said = faults.map { fault in
                "\(fault.0): " + fault.1.prefix(20).map { "'\($0.prefix(60))'" }.joined(separator: ", ")
            }
            throw LicenceError(
                .wrongColumns,
                "header, line 1: \(said.joined(separator: "; ")). The columns are \(wanted), in any order",
                expected: wanted
            )
        }
    }
}
