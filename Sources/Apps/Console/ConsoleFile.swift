import HTTPTypes
import Hummingbird
import NIOCore

/// A file that a page lets people take: a proof, an export, or what its modules read.
struct ConsoleFile: Sendable {
    let bytes: [UInt8]
    let contentType: String
    /// The name under which it is kept; `nil` for what modules read.
    let name: String?
    /// Of the height, for whoever compares.
    var entityTag: String?

    init(_ bytes: [UInt8], _ contentType: String, name: String? = nil, entityTag: String? = nil) {
        (self.bytes, self.contentType, self.name, self.entityTag) = (bytes, contentType, name, entityTag)
    }

    var response: Response {
        var headers: HTTPFields = [.contentType: contentType, .cacheControl: "private, no-cache"]
        if let name, let field = HTTPField.Name("Content-Disposition") {
            // Names are ours: letters, digits, points and dashes.
            let safe = name.filter { $0.isASCII && ($0.isLetter || $0.isNumber || ".-_".contains($0)) }
            headers[field] = "attachment; filename=\"\(safe)\""
        }
        if let entityTag { headers[.eTag] = entityTag }
        return Response(
            status: .ok, headers: headers, body: ResponseBody(byteBuffer: ByteBuffer(bytes: bytes)))
    }
}
