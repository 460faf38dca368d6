/// A configuration that cannot be used: which key, where, and what is allowed.
public struct ConfigurationError: Error, Hashable, Sendable, CustomStringConvertible {
    /// The key, as `listen.port`; `nil` where the whole file is meant.
    public let key: String?
    /// The file.
    public let place: String
    public let message: String

    init(key: String?, place: String, _ message: String) {
        self.key = key
        self.place = place
        self.message = message
    }

    public var description: String {
        key.map { "\(place): '\($0)' \(message)" } ?? "\(place) \(message)"
    }
}
