import Crypto
import Foundation
import Identity

/// What a receiver knows deliveries by: 32 random bytes, shown once, when they are made.
public struct WebhookSecret: Hashable, Sendable {
    /// `zlwh_` and 64 hexadecimal digits. These characters, not the bytes that they stand for, are the key.
    public let text: String

    /// A new secret from the system's random number generator.
    public init() { text = "zlwh_" + PayloadKey().bytes.map { Self.digits($0) }.joined() }

    /// Reads a secret as it was shown; `nil` for anything else.
    public init?(_ text: String) {
        guard text.utf8.count == 69, text.hasPrefix("zlwh_"),
            text.utf8.dropFirst(5).allSatisfy({ (0x30...0x39).contains($0) || (0x61...0x66).contains($0) })
        else { return nil }
        self.text = text
    }

    fileprivate static func digits(_ byte: UInt8) -> String {
        let text = String(byte, radix: 16)
        return text.count == 1 ? "0" + text : text
    }
}

/// What says that a delivery is this node's and of now: HMAC-SHA256 (RFC 2104) of the time, a point and the body.
public enum WebhookSignature {
    /// The name of the header.
    public static let headerName = "Zhenglian-Signature"
    /// A receiver refuses what was signed longer ago, or as much in the future, in seconds: what is recorded on the way
    /// cannot be played back later.
    public static let window: Int64 = 300
    /// Longest header that is read, in bytes.
    static let maximumByteCount = 1_024

    /// The header's value: `t=<seconds since 1970>,v1=<64 hexadecimal digits>`, with one `v1` for each secret.
    public static func header(of body: [UInt8], at seconds: Int64, secrets: [WebhookSecret]) -> String {
        (["t=\(seconds)"] + secrets.map { "v1=\(code(of: body, at: seconds, secret: $0))" }).joined(separator: ",")
    }

    private static func code(of body: [UInt8], at seconds: Int64, secret: WebhookSecret) -> String {
        var code = HMAC<SHA256>(key: SymmetricKey(data: Array(secret.text.utf8)))
        code.update(data: Array("\(seconds).".utf8))
        code.update(data: body)
        return code.finalize().map { WebhookSecret.digits($0) }.joined()
    }

    /// Whether a header is right for a body and of now, for receivers in Swift.
    /// - Parameters:
    ///   - header: the header's value as it came.
    ///   - body: the bytes as they came, before anything reads them.
    ///   - secret: the receiver's.
    ///   - now: the receiver's clock, in seconds since 1970.
    public static func isValid(_ header: String, of body: [UInt8], secret: WebhookSecret, now: Int64) -> Bool {
        guard header.utf8.count <= maximumByteCount else { return false }
        var time: Int64?
        var codes: [[UInt8]] = []
        for element in header.split(separator: ",") {
            let pair = element.split(separator: "=", maxSplits: 1)
            guard pair.count == 2 else { return false }
            if pair[0] == "t" { time = Int64(pair[1]) }
            if pair[0] == "v1" { codes.append(Array(pair[1].utf8)) }
        }
        guard let time, time >= 0, now >= 0, abs(now - time) <= window else { return false }
        let expected = Array(code(of: body, at: time, secret: secret).utf8)
        // Every byte is compared, so that the time it takes tells nothing.
        return codes.contains { code in
            code.count == expected.count && zip(code, expected).reduce(UInt8(0)) { $0 | ($1.0 ^ $1.1) } == 0
        }
    }
}
