import Identity

/// The form in which a keyring is kept: JSON, because the officer in charge of it has to be able to look at everything
/// but the keys without a tool of ours.
extension PseudonymKeyring: Codable {
    private enum Member: String, CodingKey {
        case consortium, suite, epochs
    }

    public init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: Member.self)
        try self.init(
            consortium: try container.decode(Digest.self, forKey: .consortium),
            suite: try container.decode(CryptoSuiteIdentifier.self, forKey: .suite),
            epochs: try container.decode([Epoch].self, forKey: .epochs)
        )
    }

    public func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: Member.self)
        try container.encode(consortium, forKey: .consortium)
        try container.encode(suite, forKey: .suite)
        try container.encode(epochs, forKey: .epochs)
    }
}

extension PseudonymKeyring.Epoch: Codable {
    private enum Member: String, CodingKey {
        case number = "epoch"
        case key
        case begins
    }

    public init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: Member.self)
        let text = try container.decode(String.self, forKey: .key)
        guard let bytes = [UInt8](hexadecimal: text), let key = PseudonymKey(bytes) else {
            // The text itself is secret.
            throw DecodingError.dataCorruptedError(
                forKey: .key, in: container, debugDescription: "a key is 64 hexadecimal digits")
        }
        self.init(
            number: try container.decode(UInt32.self, forKey: .number),
            key: key,
            begins: Timestamp(milliseconds: try container.decode(Int64.self, forKey: .begins))
        )
    }

    public func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: Member.self)
        try container.encode(number, forKey: .number)
        try container.encode(key.bytes.hexadecimal, forKey: .key)
        try container.encode(begins.milliseconds, forKey: .begins)
    }
}
