import Identity
import Ledger
import Logging
import Nodes
import Testing

@Suite("A node's configuration")
struct NodeConfigurationTests {
    private let directory: TemporaryDirectory

    init() throws { directory = try TemporaryDirectory() }

    private static let whole = """
        {
          "genesis": "genesis.der",
          "identity": "/etc/zhenglian/identity",
          "data": "data",
          "listen": { "host": "127.0.0.1", "port": 7101 },
          "revocations": "revocations",
          "log": { "level": "debug" },
          "peers": ["tax/validator/node=10.0.0.2:7101", "land/validator/node=[::1]:7102"]
        }
        """
    private static let least = """
        {"genesis": "g", "identity": "i", "data": "d", "listen": {"host": "::1", "port": 1}}
        """

    private func load(
        _ json: String,
        environment: [String: String] = [:],
        overrides: [String: String] = [:]
    ) async throws -> NodeConfiguration {
        try directory.write(json, to: "node.json")
        return try await NodeConfiguration.load(
            path: directory["node.json"], environment: environment, overrides: overrides)
    }

    /// What loading says is wrong.
    private func refusal(
        _ json: String,
        environment: [String: String] = [:],
        overrides: [String: String] = [:],
        sourceLocation: SourceLocation = #_sourceLocation
    ) async -> ConfigurationError? {
        do {
            let configuration = try await load(json, environment: environment, overrides: overrides)
            Issue.record("accepted: \(configuration)", sourceLocation: sourceLocation)
            return nil
        } catch let error as ConfigurationError {
            return error
        } catch {
            Issue.record("another error was thrown: \(error)", sourceLocation: sourceLocation)
            return nil
        }
    }

    @Test func everyKeyOfAFileIsRead() async throws {
        let configuration = try await load(Self.whole)
        #expect(configuration.genesisPath == directory["genesis.der"])
        #expect(configuration.identityPath == "/etc/zhenglian/identity")
        #expect(configuration.dataPath == directory["data"])
        #expect(configuration.listen.description == "127.0.0.1:7101")
        #expect(configuration.revocationsPath == directory["revocations"])
        #expect(configuration.logLevel == .debug)
        #expect(configuration.peers.count == 2)
        #expect(configuration.peers[try member("tax/validator/node")]?.description == "10.0.0.2:7101")
        #expect(configuration.peers[try member("land/validator/node")]?.description == "[::1]:7102")
    }

    @Test func whatMayBeLeftOutHasItsDefault() async throws {
        let configuration = try await load(Self.least)
        #expect(configuration.revocationsPath == nil)
        #expect(configuration.logLevel == .info)
        #expect(configuration.peers.isEmpty)
        #expect(configuration.listen == NodeConfiguration.Endpoint(host: "::1", port: 1))
    }

    @Test func environmentStandsOverTheFile() async throws {
        let configuration = try await load(
            Self.whole,
            environment: [
                "ZHENGLIAN_NODE_LISTEN_PORT": "7201", "ZHENGLIAN_NODE_LISTEN_HOST": "0.0.0.0",
                "ZHENGLIAN_NODE_DATA": "/var/data",
                "ZHENGLIAN_NODE_LOG_LEVEL": "error", "ZHENGLIAN_NODE_PEERS": "tax/validator/node=a:1,land/client/b=b:2",
                "LISTEN_PORT": "9", "HOME": "/root",
            ]
        )
        #expect(configuration.listen.description == "0.0.0.0:7201")
        #expect(configuration.dataPath == "/var/data")
        #expect(configuration.logLevel == .error)
        #expect(configuration.peers.count == 2)
        #expect(configuration.peers[try member("tax/validator/node")]?.description == "a:1")
        #expect(configuration.genesisPath == directory["genesis.der"])
    }

    @Test func overridesStandOverBoth() async throws {
        let configuration = try await load(
            Self.whole,
            environment: ["ZHENGLIAN_NODE_LISTEN_PORT": "7201", "ZHENGLIAN_NODE_LOG_LEVEL": "error"],
            overrides: [
                "listen.port": "7301", "log.level": "trace", "peers": "tax/validator/node=c:3, tax/client/d=d:4",
            ]
        )
        #expect(configuration.listen.port == 7_301)
        #expect(configuration.logLevel == .trace)
        #expect(configuration.peers[try member("tax/client/d")]?.port == 4)
    }

    @Test func anEmptyVariableTurnsOffWhatMayBeLeftOut() async throws {
        let configuration = try await load(
            Self.whole, environment: ["ZHENGLIAN_NODE_REVOCATIONS": "", "ZHENGLIAN_NODE_PEERS": ""])
        #expect(configuration.revocationsPath == nil)
        #expect(configuration.peers.isEmpty)
    }

    @Test(
        arguments: [
            ("{\"listne\": 1}", "listne"), ("{\"listen\": {\"prot\": 1}}", "listen.prot"),
            ("{\"log\": \"info\"}", "log"),
            ("{\"peers\": {\"a\": \"b\"}}", "peers.a"), ("{\"genesis\": {\"path\": \"x\"}}", "genesis.path"),
        ]
    )
    func anUnknownKeyIsNamedWithItsPlaceAndTheAllowedOnes(json: String, key: String) async throws {
        let error = await refusal(json)
        #expect(error?.key == key)
        #expect(error?.place == directory["node.json"])
        #expect(error?.message.contains("unknown") == true)
        let allowed =
            "gateway.private-key, genesis, identity, join, listen.host, listen.port, log.level, next-identity, peers, "
            + "pruning.days"
        #expect(error?.message.contains(allowed) == true)
        #expect(error?.description == "\(directory["node.json"]): '\(key)' \(error?.message ?? "")")
    }

    @Test func whatIsPrunedAndHowANodeBeginsIsSaidOrLeftOut() async throws {
        let least = try await load(Self.least)
        #expect(least.pruning == nil)
        #expect(least.joinMode == .automatic)
        #expect(least.snapshotPath == nil)
        let pruning =
            "\"pruning\": { \"heights\": 5000, \"days\": 30, \"departments\": [\"tax\"] }, \"join\": \"never\""
        let configuration = try await load(
            Self.least.replacing("{", with: "{ \(pruning), \"snapshot\": \"copy\",", maxReplacements: 1))
        #expect(configuration.pruning?.heights == 5_000)
        #expect(configuration.pruning?.duration == .seconds(30 * 86_400))
        #expect(configuration.pruning?.departments == [try #require(DepartmentName("tax"))])
        #expect(configuration.joinMode == .never)
        #expect(configuration.snapshotPath == directory["copy"])
        let option = try await load(Self.least, overrides: ["join": "always", "pruning.heights": "7000"])
        #expect(option.joinMode == .always)
        #expect(option.pruning?.heights == 7_000)
    }

    @Test(
        arguments: [
            ("\"join\": \"sometimes\"", "join"), ("\"pruning\": { \"heights\": 999 }", "pruning.heights"),
            ("\"pruning\": { \"heights\": \"x\" }", "pruning.heights"),
            ("\"pruning\": { \"days\": 0 }", "pruning.days"),
            ("\"pruning\": { \"heights\": 5000, \"departments\": [\"A B\"] }", "pruning.departments"),
            ("\"pruning\": { \"departments\": [\"tax\"] }", "pruning.departments"),
        ]
    )
    func aWrongPolicyIsRefused(fragment: String, key: String) async throws {
        let error = await refusal(Self.least.replacing("{", with: "{ \(fragment),", maxReplacements: 1))
        #expect(error?.key == key)
    }

    @Test func anUnknownOptionIsNamedToo() async throws {
        let error = await refusal(Self.whole, overrides: ["listen.prot": "1"])
        #expect(error?.key == "listen.prot")
        #expect(error?.place == "options")
    }

    @Test(arguments: ["genesis", "identity", "data", "listen.host", "listen.port"])
    func whatIsMissingIsNamedWithItsMeaning(key: String) async throws {
        let name = try #require(key.split(separator: ".").last)
        // The key's line or member goes; what is left is JSON still.
        let json = Self.least.replacing(try Regex("\"\(name)\": (\"[^\"]*\"|[0-9]+)(, )?"), with: "")
            .replacing(", }", with: "}")
        let error = await refusal(json)
        #expect(error?.key == key)
        #expect(error?.message.hasPrefix("is missing: ") == true)
    }

    @Test(arguments: ["0", "-1", "65536", "99999999999999999999", "7101.5", "\"x\"", "\"7101\"", "[]", "null"])
    func aWrongPortIsRefused(port: String) async throws {
        let error = await refusal(Self.whole.replacing("7101 }", with: "\(port) }"))
        #expect(error?.key == "listen.port")
    }

    @Test(arguments: ["0", "65536", "x", "7101.0", "0x10", " 1"])
    func aWrongPortOfTheEnvironmentIsNotReplacedByTheFiles(port: String) async throws {
        let error = await refusal(Self.whole, environment: ["ZHENGLIAN_NODE_LISTEN_PORT": port])
        #expect(error?.key == "listen.port")
        #expect(error?.place == "environment ZHENGLIAN_NODE_LISTEN_PORT")
        let option = await refusal(Self.whole, overrides: ["listen.port": port])
        #expect(option?.place == "options")
    }

    @Test(arguments: ["loud", "INFO", "Info"])
    func aWrongLevelIsRefusedWithTheAllowedOnes(level: String) async throws {
        let error = await refusal(Self.whole.replacing("debug", with: level))
        #expect(error?.key == "log.level")
        #expect(error?.message.contains("trace, debug, info, notice, warning, error or critical") == true)
    }

    @Test(
        arguments: [
            "tax/validator/node", "tax/validator/node=", "tax/validator/node=host", "tax/validator/node=host:0",
            "tax/validator=host:1", "=host:1", "tax/validator/node=::1:1", "tax/validator/node=:1",
            "tax/validator/node=10.0.0.2:65536",
        ]
    )
    func aWrongPeerIsRefused(entry: String) async throws {
        let error = await refusal(Self.whole.replacing("tax/validator/node=10.0.0.2:7101", with: entry))
        #expect(error?.key == "peers")
        #expect(error?.message.contains("'\(entry)' is not department/role/name=HOST:PORT") == true)
    }

    @Test func aPeerListensInOnePlace() async throws {
        let error = await refusal(Self.whole.replacing("land/validator", with: "tax/validator"))
        #expect(error?.key == "peers")
    }

    @Test(
        arguments: [
            ("\"revocations\": \"revocations\"", "\"revocations\": 5", "revocations"),
            ("\"debug\"", "5", "log.level"), ("\"data\": \"data\"", "\"data\": [\"data\"]", "data"),
            ("\"peers\": [", "\"peers\": [5, ", "peers"), ("\"127.0.0.1\"", "null", "listen.host"),
        ]
    )
    func aValueOfTheWrongKindIsNeverTakenForNone(part: String, other: String, key: String) async throws {
        let error = await refusal(Self.whole.replacing(part, with: other))
        #expect(error?.key == key)
        #expect(error?.message.hasPrefix("has to be") == true)
    }

    @Test(arguments: ["", "[]", "{", "null", "\"text\"", "genesis: g"])
    func aFileThatIsNoObjectIsRefused(json: String) async throws {
        let error = await refusal(json)
        #expect(error?.key == nil)
        #expect(error?.place == directory["node.json"])
    }

    @Test func aFileThatIsMissingOrTooLongIsRefused() async throws {
        await #expect(throws: FileError(.missing, "")) {
            try await NodeConfiguration.load(path: directory["none.json"], environment: [:])
        }
        try directory.write(String(repeating: " ", count: (1 << 20) + 1), to: "long.json")
        await #expect(throws: FileError(.tooLarge, "")) {
            try await NodeConfiguration.load(path: directory["long.json"], environment: [:])
        }
    }

    @Test(
        arguments: [
            ("localhost:7101", "localhost", 7_101), ("10.0.0.1:1", "10.0.0.1", 1), ("[::1]:65535", "::1", 65_535),
            ("[fe80::1]:7101", "fe80::1", 7_101), ("市场监管:7101", "市场监管", 7_101),
        ]
    )
    func anEndpointComesBackFromItsText(text: String, host: String, port: Int) throws {
        let endpoint = try #require(NodeConfiguration.Endpoint(text))
        #expect(endpoint == NodeConfiguration.Endpoint(host: host, port: port))
        #expect(endpoint.description == text)
    }

    @Test(arguments: [
        "", ":", "host", "host:", ":1", "host:0", "host:65536", "host:x", "::1", "::1:1", "[]:1", "host:-1",
    ])
    func otherTextIsNoEndpoint(text: String) {
        #expect(NodeConfiguration.Endpoint(text) == nil)
    }

    @Test func variablesOfClientCommandsDoNotReachTheNode() async throws {
        let configuration = try await load(
            Self.whole,
            environment: ["ZHENGLIAN_IDENTITY": "/tmp/operator/identity", "ZHENGLIAN_GENESIS": "/tmp/other.der"]
        )
        #expect(configuration.identityPath == "/etc/zhenglian/identity")
        #expect(!configuration.genesisPath.hasSuffix("other.der"))
    }

    private func served(_ gateway: String) -> String {
        String(Self.least.dropLast()) + ", \"gateway\": \(gateway)}"
    }

    @Test func aNodeServesHTTPWhereItIsTold() async throws {
        #expect(try await load(Self.least).gateway == nil)
        let plain = try #require(
            try await load(served(#"{"listen": {"host": "127.0.0.1", "port": 8080}}"#)).gateway)
        #expect(plain.listen.description == "127.0.0.1:8080")
        #expect(plain.address == "http://127.0.0.1:8080")
        #expect(plain.certificate == nil && plain.operations == nil)
        #expect(plain.dataPath == directory["d/gateway"])
        let whole = try #require(
            try await load(
                served(
                    """
                    {"listen": {"host": "::", "port": 443}, "certificate": "chain.pem", "private-key": "/k.pem",
                     "operations": {"host": "10.0.0.1", "port": 9100}, "data": "kept",
                     "address": "https://ledger.example.gov.cn"}
                    """)
            ).gateway)
        #expect(whole.certificate?.chainPath == directory["chain.pem"] && whole.certificate?.keyPath == "/k.pem")
        #expect(whole.operations?.description == "10.0.0.1:9100")
        #expect(whole.dataPath == directory["kept"] && whole.address == "https://ledger.example.gov.cn")
    }

    @Test func peopleLogInByAPlatformWhereItIsNamed() async throws {
        let least = #""listen": {"host": "127.0.0.1", "port": 8080}"#
        #expect(try await load(served("{\(least)}")).gateway?.logIn == nil)
        let login = #""login": {"issuer": "https://id.example.gov.cn", "client": "console-1"}"#
        let plain = try #require(try await load(served("{\(least), \(login)}")).gateway?.logIn)
        #expect(plain.issuer == "https://id.example.gov.cn" && plain.client == "console-1")
        #expect(plain.secretPath == nil && plain.scopes == ["openid"])
        let whole = #""login": {"issuer": "i", "client": "c", "secret": "client.secret", "scopes": "openid  a:b"}"#
        let told = try #require(try await load(served("{\(least), \(whole)}")).gateway?.logIn)
        #expect(told.secretPath == directory["client.secret"] && told.scopes == ["openid", "a:b"])
    }

    @Test func theGatewaysPortComesFromTheEnvironmentToo() async throws {
        let gateway = try await load(
            served(#"{"listen": {"host": "::1", "port": 1}}"#),
            environment: ["ZHENGLIAN_NODE_GATEWAY_LISTEN_PORT": "8443", "ZHENGLIAN_NODE_GATEWAY_OPERATIONS_PORT": "9"]
        ).gateway
        #expect(gateway?.listen.port == 8_443)
        #expect(gateway?.operations?.description == "127.0.0.1:9")
    }

    @Test(arguments: [
        (#"{"listen": {"host": "0.0.0.0", "port": 80}}"#, "gateway.listen.host", "TLS is needed"),
        (#"{"listen": {"port": 80}}"#, "gateway.listen.host", "is missing"),
        (#"{"listen": {"host": "::1", "port": 0}}"#, "gateway.listen.port", "is not a port"),
        (#"{"listen": {"host": "::1", "port": 1}, "certificate": "c"}"#, "gateway.private-key", "is missing"),
        (#"{"listen": {"host": "::1", "port": 1}, "private-key": "k"}"#, "gateway.certificate", "is missing"),
        (#"{"data": "d"}"#, "gateway.data", "means nothing without"),
        (#"{"operations": {"port": 1}}"#, "gateway.operations.port", "means nothing without"),
        (
            #"{"listen": {"host": "::1", "port": 1}, "address": "https://a"}"#, "gateway.address",
            "is not http://HOST"
        ),
        (#"{"listen": {"host": "::1", "port": 1}, "address": "http://a/"}"#, "gateway.address", "without a slash"),
        (#"{"listen": {"host": "::1", "port": 1}, "tls": "no"}"#, "gateway.tls", "is unknown"),
        (
            #"{"listen": {"host": "::1", "port": 1}, "login": {"client": "c"}}"#, "gateway.login.client",
            "means nothing without"
        ),
        (#"{"listen": {"host": "::1", "port": 1}, "login": {"issuer": "i"}}"#, "gateway.login.client", "is missing"),
        (
            #"{"listen": {"host": "::1", "port": 1}, "login": {"issuer": "i", "client": "c", "scopes": "profile"}}"#,
            "gateway.login.scopes", "no scopes"
        ),
        (
            #"{"listen": {"host": "::1", "port": 1}, "login": {"issuer": "i", "client": "证"}}"#,
            "gateway.login.client", "no identifier"
        ),
        (
            #"{"listen": {"host": "::", "port": 1}, "certificate": "c", "private-key": "k", "#
                + #""login": {"issuer": "i", "client": "c"}}"#, "gateway.address", "sends people back"
        ),
    ])
    func aGatewayThatCannotBeIsRefused(gateway: String, key: String, words: String) async throws {
        let error = try #require(await refusal(served(gateway)))
        #expect(error.key == key)
        #expect(error.message.contains(words), "\(error)")
    }
}
