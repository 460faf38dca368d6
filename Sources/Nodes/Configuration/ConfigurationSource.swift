import Configuration
import Foundation
import SystemPackage

/// Where a configuration's values come from: one file, environment over it, values of the caller over both.
struct ConfigurationSource {
    /// A longer file is refused before it is parsed.
    private static let maximumByteCount = 1 << 20
    private static let listKeys: Set<String> = ["peers", "pruning.departments"]
    private static let numberKeys: Set<String> = [
        "gateway.listen.port", "gateway.operations.port", "listen.port", "pruning.heights", "pruning.days",
    ]

    private let file: String
    private let environment: [String: String]
    private let overrides: [String: String]
    private let reader: ConfigReader

    init(path: String, environment: [String: String], overrides: [String: String]) async throws {
        self.file = path
        self.environment = environment
        self.overrides = overrides
        try Self.checkValues(inFile: path)
        var values: [AbsoluteConfigKey: ConfigValue] = [:]
        for (key, text) in overrides {
            try Self.checkIsKnown(key, place: Self.optionsPlace)
            let isList = Self.listKeys.contains(key)
            let content = isList ? ConfigContent.stringArray(Self.elements(text)) : .string(text)
            values[AbsoluteConfigKey(ConfigKey(key))] = ConfigValue(content, isSecret: false)
        }
        do {
            reader = ConfigReader(providers: [
                InMemoryProvider(name: "options", values: values),
                EnvironmentVariablesProvider(environmentVariables: environment).prefixKeys(with: "zhenglian.node"),
                try await FileProvider<JSONSnapshot>(filePath: FilePath(path)),
            ])
        } catch {
            throw ConfigurationError(key: nil, place: path, "is no configuration file in JSON: \(error)")
        }
    }

    func optionalText(_ key: String) -> String? {
        reader.string(forKey: ConfigKey(key)).flatMap { $0.isEmpty ? nil : $0 }
    }

    func text(_ key: String) throws(ConfigurationError) -> String {
        guard let value = optionalText(key) else {
            throw error(key, "is missing: \(NodeConfiguration.keys[key] ?? "")")
        }
        return value
    }

    func port(_ key: String) throws(ConfigurationError) -> Int {
        // A number in the file, text anywhere else.
        var number = reader.int(forKey: ConfigKey(key))
        if number == nil {
            number = Int(try text(key))
        }
        guard let number, (1...65_535).contains(number) else {
            throw error(key, "is not a port: 1 to 65535")
        }
        return number
    }

    /// Whether the key has a value, a number or a text.
    func isThere(_ key: String) -> Bool { reader.int(forKey: ConfigKey(key)) != nil || optionalText(key) != nil }

    /// - Returns: `nil` where the key has no value.
    func optionalPort(_ key: String) throws(ConfigurationError) -> Int? { isThere(key) ? try port(key) : nil }

    /// - Returns: `nil` where the key has no value.
    func optionalNumber(_ key: String, in range: ClosedRange<Int>) throws(ConfigurationError) -> Int? {
        var number = reader.int(forKey: ConfigKey(key))
        if number == nil {
            guard let text = optionalText(key) else { return nil }
            number = Int(text)
        }
        guard let number, range.contains(number) else {
            throw error(key, "is not a whole number from \(range.lowerBound) to \(range.upperBound)")
        }
        return number
    }

    func list(_ key: String) -> [String] {
        (reader.stringArray(forKey: ConfigKey(key)) ?? []).filter { !$0.isEmpty }
    }

    /// A path that is relative to the configuration file.
    func path(_ value: String) -> String {
        guard !value.hasPrefix("/") else { return value }
        let base = (file as NSString).deletingLastPathComponent
        return "\(base.isEmpty ? "." : base)/\(value)"
    }

    /// What is wrong with the value that counts for `key`, with the place that it comes from.
    func error(_ key: String, _ message: String) -> ConfigurationError {
        let variable = "ZHENGLIAN_NODE_" + key.uppercased().replacing(".", with: "_").replacing("-", with: "_")
        let place =
            overrides[key] != nil ? Self.optionsPlace : environment[variable] != nil ? "environment \(variable)" : file
        return ConfigurationError(key: key, place: place, message)
    }

    private static let optionsPlace = "options"

    private static func elements(_ text: String) -> [String] {
        text.split(separator: ",").map { $0.trimmingCharacters(in: .whitespaces) }
    }

    /// A key that nobody reads, or a value that nobody can, is a mistake that its writer should hear of.
    private static func checkValues(inFile path: String) throws {
        let bytes = try ProtectedFile.contents(of: path, limit: maximumByteCount)
        guard let object = try? JSONSerialization.jsonObject(with: Data(bytes)) as? [String: Any] else {
            throw ConfigurationError(key: nil, place: path, "is no JSON object")
        }
        for (key, value) in flattened(object, prefix: "").sorted(by: { $0.key < $1.key }) {
            try checkIsKnown(key, place: path)
            let (isRight, kind) =
                listKeys.contains(key)
                ? (value is [String], "a list of strings")
                : numberKeys.contains(key) ? (value is Int, "a whole number") : (value is String, "a string")
            guard isRight else {
                throw ConfigurationError(
                    key: key, place: path, "has to be \(kind): \(NodeConfiguration.keys[key] ?? "")")
            }
        }
    }

    private static func checkIsKnown(_ key: String, place: String) throws(ConfigurationError) {
        guard NodeConfiguration.keys[key] == nil else { return }
        let allowed = NodeConfiguration.keys.keys.sorted().joined(separator: ", ")
        throw ConfigurationError(key: key, place: place, "is unknown; allowed are: \(allowed)")
    }

    private static func flattened(_ object: [String: Any], prefix: String) -> [(key: String, value: Any)] {
        object.flatMap { key, value in
            (value as? [String: Any]).map { flattened($0, prefix: "\(prefix)\(key).") } ?? [("\(prefix)\(key)", value)]
        }
    }
}
