extension LicenceKey {
    /// Reads `<type>.<issuer>.<serial>`; `nil` for anything else.
    public init?(text: String) {
        guard text.utf8.count <= LicenceIdentifier.maximumByteCount else { return nil }
        let parts = text.split(separator: ".", omittingEmptySubsequences: false).map(String.init)
        guard parts.count == 3, (try? LicenceTypeCode(parts[0])) != nil, (try? LicenceIssuerCode(parts[1])) != nil,
            (try? LicenceSerial(parts[2])) != nil
        else { return nil }
        self.text = text
    }
}
