/// Turns the values of one row into a licence, or collects everything that is wrong with them.
struct LicenceRowParser {
    let rules: LicenceTableRules
    private let values: [LicenceColumn: String]
    private var errors: [LicenceError] = []
    private var warnings: [String] = []

    /// - Throws: ``LicenceError`` with code `wrongValueCount`.
    init(values: [String], header: LicenceTableHeader, rules: LicenceTableRules) throws(LicenceError) {
        guard values.count == header.columns.count else {
            throw LicenceError(
                .wrongValueCount,
                "the row has \(values.count) values where the header has \(header.columns.count) columns",
                found: "\(values.count)", expected: "\(header.columns.count)"
            )
        }
        var named: [LicenceColumn: String] = [:]
        for (column, value) in zip(header.columns, values) {
            if let column { named[column] = value }
        }
        self.values = named
        self.rules = rules
    }

    /// The licence of line `line`, or at least one error.
    mutating func parse(line: Int) -> Result<LicenceRow, Refusal> {
        let identifier = read(.certificateIdentifier, LicenceIdentifier.read)
        let typeName = read(.certificateTypeName, DisplayName.read)
        let name = read(.certificateName, DisplayName.read)
        let holderName = read(.holderName, DisplayName.read)
        let holder = readHolder()
        let issuerName = read(.issuingAuthorityName, DisplayName.read)
        let issuer = read(.issuingAuthorityCode, LicenceIssuerCode.read)
        let issuedOn = read(.issuedOn, CalendarDate.read)
        let validity = readValidity()
        let region = read(.regionCode, RegionCode.read)
        let file = values[.file] == "" ? nil : read(.file, RelativeFilePath.read)
        checkIssuer(issuer, of: identifier)
        checkTypeName(typeName, of: identifier)
        guard errors.isEmpty, let identifier, let typeName, let name, let holderName, let holder, let issuerName,
            let issuer, let issuedOn, let validity, let region
        else { return .failure(Refusal(errors: errors)) }
        return .success(
            LicenceRow(
                line: line, identifier: identifier, typeName: typeName, name: name, holderName: holderName,
                holder: holder, issuerName: issuerName, issuer: issuer, issuedOn: issuedOn, validity: validity,
                region: region, file: file, warnings: warnings
            )
        )
    }

    /// Why a row is refused.
    struct Refusal: Error {
        let errors: [LicenceError]
    }
}

extension LicenceRowParser {
    private typealias Reader<Value> = (String, inout [LicenceError]) throws(LicenceError) -> Value

    private mutating func read<Value>(_ column: LicenceColumn, _ reader: Reader<Value>) -> Value? {
        let text = values[column] ?? ""
        guard !text.isEmpty else {
            errors.append(LicenceError(.missingValue, "\(column.rawValue) is empty"))
            return nil
        }
        var findings: [LicenceError] = []
        do throws(LicenceError) {
            let value = try reader(text, &findings)
            note(findings.map { $0.within(column.rawValue) })
            return value
        } catch {
            errors.append(error.within(column.rawValue))
            return nil
        }
    }

    /// A known deviation refuses what is being issued and marks what comes from a library.
    private mutating func note(_ findings: [LicenceError]) {
        switch rules.strictness {
        case .issue: errors += findings
        case .library: warnings += findings.map(\.message)
        }
    }

    private mutating func readHolder() -> HolderCode? {
        let type = values[.holderCodeType] ?? ""
        guard !type.isEmpty else {
            errors.append(LicenceError(.missingValue, "\(LicenceColumn.holderCodeType.rawValue) is empty"))
            return nil
        }
        return read(.holderCode) { (text, findings) throws(LicenceError) in
            try HolderCode.read(text, type: type, findings: &findings)
        }
    }

    private mutating func readValidity() -> LicenceValidity? {
        let untilText = values[.validUntil] ?? ""
        let isOpen = untilText.isEmpty || untilText == LicenceValidity.openEnd
        let from = read(.validFrom, CalendarDate.read)
        let until = isOpen ? nil : read(.validUntil, CalendarDate.read)
        guard let from, isOpen || until != nil else { return nil }
        do {
            return try LicenceValidity(from: from, until: until)
        } catch {
            errors.append(error.within(LicenceColumn.validUntil.rawValue))
            return nil
        }
    }

    private mutating func checkIssuer(_ issuer: LicenceIssuerCode?, of identifier: LicenceIdentifier?) {
        if let issuer, let own = rules.issuer, issuer != .organisation(own) {
            errors.append(
                LicenceError(
                    .foreignIssuer,
                    "issuing_authority_code is \(issuer), but only licences of \(own) are imported here",
                    found: issuer.text, expected: own.text
                )
            )
        }
        // A region in the identifier's place has been noted already and says nothing about which office it is.
        if let issuer, let identifier, case .organisation(let named) = identifier.issuerCode, issuer.text != named.text
        {
            errors.append(
                LicenceError(
                    .inconsistentRow,
                    "issuing_authority_code is \(issuer), but the identifier names the issuer \(named)",
                    found: issuer.text, expected: named.text
                )
            )
        }
    }

    private mutating func checkTypeName(_ name: DisplayName?, of identifier: LicenceIdentifier?) {
        guard let name, let identifier, let known = rules.registry.name(of: identifier.typeCode), name != known else {
            return
        }
        note([
            LicenceError(
                .inconsistentRow,
                "certificate_type_name is '\(name)', but type \(identifier.typeCode) is registered as '\(known)'",
                found: name.text, expected: known.text
            )
        ])
    }
}
