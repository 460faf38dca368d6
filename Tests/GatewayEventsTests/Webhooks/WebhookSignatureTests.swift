import GatewayEvents
import Testing

/// Signatures as a receiver checks them that shares no code with the sender.
@Suite("Signatures of webhooks")
struct WebhookSignatureTests {
    private let body = Array(#"{"type":"block"}"#.utf8)

    private func secret(_ digit: Character) throws -> WebhookSecret {
        try #require(WebhookSecret("zlwh_" + String(repeating: digit, count: 64)))
    }

    @Test func theHeaderIsWhatTheDocumentationComputes() throws {
        // By openssl: printf '1767300000.{"type":"block"}' | openssl dgst -sha256 -hmac zlwh_aaaa…
        #expect(
            WebhookSignature.header(of: body, at: 1_767_300_000, secrets: [try secret("a"), try secret("b")])
                == "t=1767300000,v1=84586efe391ee96a8df650d4339db614ae44efde4cb6115d1e9bf95900ee067e,"
                + "v1=31002bf4cd656ae4039eb7fbce9775f17682b72eb2a4dfdc01d2e37a46959872")
    }

    @Test func aSignatureHoldsForItsBodySecretAndTime() throws {
        let now: Int64 = 1_767_300_000
        let header = WebhookSignature.header(of: body, at: now, secrets: [try secret("a"), try secret("b")])
        func isValid(_ header: String, _ body: [UInt8], _ digit: Character, _ now: Int64) throws -> Bool {
            WebhookSignature.isValid(header, of: body, secret: try secret(digit), now: now)
        }
        #expect(try isValid(header, body, "a", now))
        #expect(try isValid(header, body, "b", now + 300))
        #expect(try isValid(header, body, "b", now - 300))
        #expect(try !isValid(header, body, "c", now))
        #expect(try !isValid(header, body + [32], "a", now))
        #expect(try !isValid(header, body, "a", now + 301))
        #expect(try !isValid(header, body, "a", now - 301))
        #expect(try !isValid(header.replacing("t=1767300000", with: "t=1767300001"), body, "a", now))
    }

    @Test(arguments: [
        "", "t=", "v1=", "t=1767300000", "t=1767300000,v1=", "t=x,v1=00", ",,,", "=", "t=-9223372036854775808,v1=00",
        "t=9223372036854775807,v1=00", String(repeating: "v1=00,", count: 100_000),
    ])
    func whatIsNoSignatureDoesNotHold(header: String) throws {
        #expect(!WebhookSignature.isValid(header, of: body, secret: try secret("a"), now: 1_767_300_000))
        #expect(!WebhookSignature.isValid(header, of: body, secret: try secret("a"), now: .min))
    }

    @Test func secretsAreNewEachTimeAndReadAsTheyAreShown() throws {
        let secrets = (0..<100).map { _ in WebhookSecret() }
        #expect(Set(secrets).count == 100)
        for secret in secrets { #expect(WebhookSecret(secret.text) == secret) }
        for text in ["", "zlwh_", "zlwh_" + String(repeating: "A", count: 64), String(repeating: "a", count: 69)] {
            #expect(WebhookSecret(text) == nil)
        }
    }
}
