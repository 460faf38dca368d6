import GatewayEvents
import Testing

/// Where webhooks may go: never to what stands on or beside the node, however it is written.
@Suite("Addresses of webhooks")
struct WebhookAddressTests {
    @Test(arguments: [
        "", "receiver", "ftp://a/", "https://", "https:///path", "https://u@h/", "https://u:p@h/", "https://h/#f",
        "https://h:0/", "https://h:65536/", "https://h:x/", "https://h /", "https://h/\r\nX: y", "https://证.cn/",
        "https://[fe80::1%25eth0]/", "https://a%2fb/", "//h/", "https:h",
        "https://h/" + String(repeating: "a", count: 2_048),
    ])
    func whatIsNoAddressIsRefused(text: String) {
        #expect(throws: WebhookError(.wrongAddress, "")) { try WebhookAddress(text) }
    }

    @Test func anAddressHasItsParts() throws {
        let address = try WebhookAddress("HTTPS://Receiver.Example.GOV.cn:8443/Hooks?Key=A")
        #expect(address.host == "receiver.example.gov.cn")
        #expect(address.port == 8_443)
        #expect(address.isSecure)
        #expect(address.text == "https://receiver.example.gov.cn:8443/Hooks?Key=A")
        #expect(try WebhookAddress("http://[::1]:80/").host == "::1")
        #expect(try WebhookAddress("https://10.1.2.3/x").port == 443)
    }

    private func address(_ text: String) throws -> NetworkAddress {
        if text.contains(".") && !text.contains(":") {
            return try #require(NetworkAddress(text.split(separator: ".").compactMap { UInt8($0) }))
        }
        let groups = text.split(separator: ":", omittingEmptySubsequences: false).map(String.init)
        let gap = groups.firstIndex(of: "")
        let filled = groups.filter { !$0.isEmpty }
        var all = filled
        if let gap {
            all.insert(contentsOf: Array(repeating: "0", count: 8 - filled.count), at: min(gap, filled.count))
        }
        return try #require(
            NetworkAddress(
                all.flatMap { group in
                    let number = UInt16(group, radix: 16) ?? 0
                    return [UInt8(number >> 8), UInt8(number & 255)]
                }))
    }

    @Test(arguments: [
        "0.0.0.0", "0.1.2.3", "169.254.169.254", "169.254.0.1", "100.100.100.200", "168.63.129.16", "192.0.0.192",
        "224.0.0.1", "239.1.1.1", "240.0.0.1", "255.255.255.255", "192.0.2.1",
        "0:0:0:0:0:0:0:0", "fe80::1", "febf::1", "fec0::1", "ff02::1", "fd00:ec2::254", "0:0:0:0:0:ffff:a9fe:a9fe",
        "0:0:0:0:0:0:a9fe:a9fe", "64:ff9b:0:0:0:0:a9fe:a9fe", "2002:a9fe:a9fe::1", "2001:db8::1",
    ])
    func whatStandsBesideTheNodeIsNeverReached(text: String) throws {
        #expect(!WebhookAddressRule().allows(try address(text)))
        #expect(!WebhookAddressRule(allowsLoopback: true).allows(try address(text)))
    }

    @Test(arguments: [
        "127.0.0.1", "127.255.255.254", "0:0:0:0:0:0:0:1", "0:0:0:0:0:ffff:7f00:1", "64:ff9b:0:0:0:0:7f00:1",
        "2002:7f00:1::1",
    ])
    func theNodesOwnMachineIsReachedWhereItMayBe(text: String) throws {
        #expect(!WebhookAddressRule().allows(try address(text)))
        #expect(WebhookAddressRule(allowsLoopback: true).allows(try address(text)))
        #expect(WebhookAddressRule.isLoopback(try address(text)))
    }

    @Test(arguments: [
        "10.0.0.1", "172.16.3.4", "192.168.1.1", "100.64.0.1", "8.8.8.8", "223.5.5.5", "126.255.255.255", "128.0.0.1",
        "fd12:3456::1", "2400:3200::1", "0:0:0:0:0:ffff:a00:1",
    ])
    func departmentsNetworksAreReached(text: String) throws {
        #expect(WebhookAddressRule().allows(try address(text)))
    }
}
