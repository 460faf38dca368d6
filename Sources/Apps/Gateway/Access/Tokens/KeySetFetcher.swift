/// Fetches key sets from identity platforms.
public protocol KeySetFetcher: Sendable {
    /// The bytes of the key set at an address, at most ``AccessLimits/keySetBytes`` of them.
    /// - Throws: ``AccessError`` with code `keysUnavailable`.
    func keySet(at address: PlatformAddress) async throws(AccessError) -> [UInt8]
}
