// What a vault puts together again from what it keeps.

extension LicenceMetadata {
    /// The metadata with these fields.
    /// - Throws: ``LicenceError`` with code `wrongColumns` where they are not the fields of ``names`` in their order,
    ///   or `inconsistentRow` where they name another licence.
    package init(identifier: LicenceIdentifier, fields: [LicenceField]) throws(LicenceError) {
        guard fields.map(\.name) == Self.names else {
            throw LicenceError(.wrongColumns, "the fields of \(identifier) are not those of a licence, in their order")
        }
        guard fields[0].value == identifier.text else {
            throw LicenceError(.inconsistentRow, "the fields are those of another licence than \(identifier)")
        }
        self.identifier = identifier
        self.fields = fields
    }
}

extension LicenceSalts {
    /// The salts that were kept for the licence `identifier`, one for each of ``LicenceMetadata/names``.
    package init(identifier: LicenceIdentifier, salts: [LicenceSalt]) {
        self.identifier = identifier
        self.salts = salts
    }
}
