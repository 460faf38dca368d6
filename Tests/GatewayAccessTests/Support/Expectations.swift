import GatewayAccess

/// The code of the error that `body` throws; `nil` where it throws none.
func accessCode<Value>(_ body: () async throws(AccessError) -> Value) async -> AccessError.Code? {
    do throws(AccessError) {
        _ = try await body()
        return nil
    } catch {
        return error.code
    }
}
