import Formats
import Foundation
import HTTPTypes
import Hummingbird
import NIOCore

/// What a request says, held to the description of its operation: the one door for requests.
enum RequestReading {
    /// The values of path and query.
    /// - Throws: ``Problem`` with code `invalidParameter` or `unknownParameter`.
    static func values(
        of request: Request, captured: Parameters, for operation: Operation
    ) throws(Problem) -> [String: JSONValue] {
        guard request.uri.description.utf8.count <= GatewayLimits.targetByteCount else {
            throw Problem(
                .invalidParameter, "path and query have more than \(GatewayLimits.targetByteCount) bytes")
        }
        var texts: [String: String] = [:]
        for parameter in operation.parameters where parameter.place == .path {
            guard let text = captured.get(parameter.name)?.removingPercentEncoding else {
                throw Problem(.invalidParameter, "\(parameter.name): is no text in UTF-8")
            }
            texts[parameter.name] = text
        }
        for (name, text) in try query(of: request) {
            guard operation.parameters.contains(where: { $0.place == .query && $0.name == name }) else {
                let known = operation.parameters.filter { $0.place == .query }.map(\.name).joined(separator: ", ")
                throw Problem(
                    .unknownParameter,
                    known.isEmpty ? "this operation has no parameters in its query" : "parameters are: \(known)")
            }
            guard texts.updateValue(text, forKey: name) == nil else {
                throw Problem(.invalidParameter, "\(name): is there twice")
            }
        }
        var values: [String: JSONValue] = [:]
        var violations: [Schema.Violation] = []
        for parameter in operation.parameters {
            guard let text = texts[parameter.name] else {
                if parameter.isRequired {
                    violations.append(Schema.Violation(place: parameter.name, message: "is missing"))
                }
                continue
            }
            let value = parameter.schema.value(of: text)
            violations += parameter.schema.violations(in: value, at: parameter.name)
            values[parameter.name] = value
        }
        guard violations.isEmpty else {
            let code: Problem.Code = violations.allSatisfy(\.isOfDomain) ? .invalidValue : .invalidParameter
            throw Problem(code, violations.map { "\($0.place): \($0.message)" }.joined(separator: "; "))
                .with { $0.violations = violations }
        }
        return values
    }

    private static func query(of request: Request) throws(Problem) -> [(name: String, text: String)] {
        var pairs: [(String, String)] = []
        for part in (request.uri.query ?? "").split(separator: "&") {
            let sides = part.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            let decoded = sides.map { $0.replacing("+", with: " ").removingPercentEncoding }
            guard let name = decoded[0], let text = decoded.count == 2 ? decoded[1] : "" else {
                throw Problem(.invalidParameter, "the query is not percent-encoded UTF-8")
            }
            pairs.append((name, text))
        }
        return pairs
    }

    /// The bytes of the body, held to the operation's limit while they come in.
    /// - Throws: ``Problem`` with code `unsupportedMediaType`, `bodyTooLarge` or `bodyTimeout`.
    static func bytes(
        of request: Request, limit: Int, deadlines: Deadlines, on executor: any TaskExecutor
    ) async throws -> [UInt8] {
        let mediaType = request.headers[.contentType]?.split(separator: ";").first
            .map { $0.trimmingCharacters(in: .whitespaces).lowercased() }
        guard mediaType == "application/json" else {
            throw Problem(.unsupportedMediaType, "send the body as 'Content-Type: application/json'")
        }
        let tooLarge = Problem(.bodyTooLarge, "a body here has at most \(limit) bytes")
        if let text = request.headers[.contentLength], let length = Int(text), length > limit { throw tooLarge }
        let late = Problem(
            .bodyTimeout, "the body has to come in within \(GatewayLimits.bodyTime / .seconds(1)) seconds")
        return try await deadlines.within(GatewayLimits.bodyTime, expired: late, on: executor) {
            var bytes: [UInt8] = []
            for try await part in request.body {
                guard bytes.count + part.readableBytes <= limit else { throw tooLarge }
                bytes += part.readableBytesView
            }
            return bytes
        }
    }

    /// The body's value.
    /// - Throws: ``Problem`` with code `malformedJSON` or `invalidBody`.
    static func value(of bytes: [UInt8], for body: Operation.Body) throws(Problem) -> JSONValue {
        let value = try JSONValue(json: bytes)
        let violations = body.schema.violations(in: value)
        guard violations.isEmpty else {
            let code: Problem.Code = violations.allSatisfy(\.isOfDomain) ? .invalidValue : .invalidBody
            throw Problem(code, violations.map { "\($0.place): \($0.message)" }.joined(separator: "; "))
                .with { $0.violations = violations }
        }
        return value
    }
}

extension Schema {
    /// The value that a text of a path or a query stands for: what the schema wants, where the text says that.
    fileprivate func value(of text: String) -> JSONValue {
        switch kind {
        // One number has one spelling: no sign in front, no leading zeros.
        case .integer: Int64(text).flatMap { "\($0)" == text ? .integer($0) : nil } ?? .string(text)
        case .number: Double(text).map(JSONValue.number) ?? .string(text)
        case .boolean: text == "true" ? .boolean(true) : text == "false" ? .boolean(false) : .string(text)
        default: .string(text)
        }
    }
}
