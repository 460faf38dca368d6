/// The issuer's own number for a licence (流水号, GB/T 36904): 1 to 64 characters of 0-9 and A-Z.
public struct LicenceSerial: DomainText {
    /// 20 and 32 occur in practice; twice the larger bounds every buffer.
    public static let characterCounts = 1...64

    public let text: String

    public static func read(_ text: String, findings: inout [LicenceError]) throws(LicenceError) -> LicenceSerial {
        _ = try CodeAlphabet.digitsAndLetters.values(of: text, count: characterCounts, as: "serial")
        return LicenceSerial(text: text)
    }

    private init(text: String) { self.text = text }

    /// The number of bytes that are its characters, as many as there may be.
    init(sound bytes: some Collection<UInt8>) { text = String(decoding: bytes, as: UTF8.self) }
}
