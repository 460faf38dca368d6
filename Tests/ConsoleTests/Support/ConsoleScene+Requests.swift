import HTTPTypes
import Hummingbird
import HummingbirdTesting
import NIOCore
import Testing

extension ConsoleScene {
    /// Asks for a page or a file.
    func get(_ path: String, visitor: String = "official", headers: HTTPFields = [:]) async throws -> TestResponse {
        var headers = headers
        if let name = SceneVisitors.header { headers[name] = visitor }
        let fields = headers
        return try await application().test(.router) { client in
            try await client.execute(uri: path, method: .get, headers: fields)
        }
    }

    /// The text of a page, whatever its status.
    func page(_ path: String, visitor: String = "official") async throws -> String {
        String(buffer: try await get(path, visitor: visitor).body)
    }

    /// Sends a form.
    func post(_ path: String, _ form: String, headers: HTTPFields) async throws -> TestResponse {
        var headers = headers
        headers[.contentType] = "application/x-www-form-urlencoded"
        let fields = headers
        return try await application().test(.router) { client in
            try await client.execute(uri: path, method: .post, headers: fields, body: ByteBuffer(string: form))
        }
    }

    static func fields(_ values: [(String, String)]) -> HTTPFields {
        var fields = HTTPFields()
        for (name, value) in values {
            if let name = HTTPField.Name(name) { fields[name] = value }
        }
        return fields
    }
}
