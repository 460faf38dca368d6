import Licences
import Testing

@Suite("Base64 for links and headers")
struct Base64URLTests {
    @Test(
        "It spells as RFC 4648, sections 5 and 10, says, without padding",
        arguments: [
            ("", ""), ("f", "Zg"), ("fo", "Zm8"), ("foo", "Zm9v"), ("foob", "Zm9vYg"), ("fooba", "Zm9vYmE"),
            ("foobar", "Zm9vYmFy"),
        ])
    func vectors(text: String, spelt: String) {
        #expect(Base64URL.text(of: Array(text.utf8)) == spelt)
        #expect(Base64URL.bytes(of: spelt) == Array(text.utf8))
    }

    @Test("Every octet comes back, with the two characters that links can carry")
    func everyOctet() {
        let octets = (0...255).map { UInt8($0) }
        let spelt = Base64URL.text(of: octets)
        #expect(spelt.contains("-") && spelt.contains("_"))
        #expect(Base64URL.bytes(of: spelt) == octets)
    }

    @Test(
        "One text spells one value: padding, other alphabets and bits that mean nothing are refused",
        arguments: ["Zg==", "Zm8=", "Zh", "Zm9", "Z", "Zm9v\n", " Zm9v", "+/+/", "Zm9vé"])
    func others(text: String) { #expect(Base64URL.bytes(of: text) == nil) }
}
