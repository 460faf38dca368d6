import Foundation
import GatewayAccess
import HTTPTypes
import Nodes

/// The description of the interface (OpenAPI 3.1), made of the operations themselves.
package struct OpenAPIDocument: Sendable {
    /// Where the operations are.
    static let base = "/api/v1"

    package let json: [UInt8]

    /// - Parameter operations: all of them.
    /// - Throws: what encoding throws, which nothing here gives a reason for.
    package init(of operations: [Operation]) throws {
        var components: [String: JSONValue] = [:]
        _ = ProblemDocument.schema.description(components: &components)
        var paths: [String: [String: JSONValue]] = [:]
        for operation in operations {
            let method = operation.method.rawValue.lowercased()
            paths[operation.path, default: [:]][method] = Self.description(of: operation, components: &components)
        }
        let document: JSONValue = [
            "openapi": "3.1.0",
            "jsonSchemaDialect": "https://json-schema.org/draft/2020-12/schema",
            "info": [
                "title": "证链 Zhenglian",
                "version": .string(NodeStatus.currentVersion),
                "description": .string(
                    "A department's node over HTTP: licences, uses, traces, one-things, receipts, the ledger and its "
                        + "consortium. / 部门节点的 HTTP 接口：证照、用证、追溯、一件事、回执、账本与联盟。"),
            ],
            "servers": [["url": .string(Self.base)]],
            "paths": .object(paths.mapValues { .object($0) }),
            "components": [
                "schemas": .object(components),
                "securitySchemes": [
                    "certificate": [
                        "type": "mutualTLS",
                        "description": "a certificate of a member of the consortium / 联盟成员证书",
                    ],
                    "token": [
                        "type": "http", "scheme": "bearer", "bearerFormat": "JWT",
                        "description":
                            "a token of an identity platform that the department trusts / 部门信任的统一身份认证平台令牌",
                    ],
                ],
            ],
        ]
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes, .prettyPrinted]
        json = Array(try encoder.encode(document))
    }

    private static func description(of operation: Operation, components: inout [String: JSONValue]) -> JSONValue {
        var members: [String: JSONValue] = [
            "operationId": .string(operation.name),
            "summary": .string(operation.summary.both),
            "tags": [.string(operation.path.split(separator: "/").first.map(String.init) ?? "gateway")],
        ]
        if let rule = operation.scope.rule { members["description"] = .string(rule.both) }
        var parameters = operation.parameters.map { parameter -> JSONValue in
            var described: [String: JSONValue] = [
                "name": .string(parameter.name), "in": .string(parameter.place.rawValue),
                "required": .boolean(parameter.isRequired),
                "schema": parameter.schema.description(components: &components),
            ]
            if let summary = parameter.schema.summary { described["description"] = .string(summary.both) }
            return .object(described)
        }
        if operation.isIdempotentByKey { parameters.append(idempotencyKey(components: &components)) }
        if !parameters.isEmpty { members["parameters"] = .array(parameters) }
        if let body = operation.body {
            members["requestBody"] = [
                "required": true,
                "content": ["application/json": ["schema": body.schema.description(components: &components)]],
            ]
        }
        if let entitlement = operation.entitlement, !Principal.anonymous.may(entitlement) {
            members["security"] = [["certificate": []], ["token": []]]
        }
        members["responses"] = responses(of: operation, components: &components)
        if let entitlement = operation.entitlement {
            members["x-entitlement"] = .string(entitlement.rawValue)
        }
        return .object(members)
    }

    private static func idempotencyKey(components: inout [String: JSONValue]) -> JSONValue {
        [
            "name": "Idempotency-Key", "in": "header", "required": false,
            "description": "the same key with the same request takes effect once / 同一键与同一请求只生效一次",
            "schema": Schema.string(.word, 1...64).description(components: &components),
        ]
    }

    private static func responses(of operation: Operation, components: inout [String: JSONValue]) -> JSONValue {
        var responses: [String: JSONValue] = [:]
        var success: [String: JSONValue] = ["description": .string(operation.summary.both)]
        switch operation.answer {
        case .json(let schema):
            success["content"] = ["application/json": ["schema": schema.description(components: &components)]]
        case .bytes(let type, _):
            success["content"] = [type: ["schema": binary]]
        case .either(let schema, let type):
            success["content"] = [
                "application/json": ["schema": schema.description(components: &components)],
                type: ["schema": binary],
            ]
        case .events:
            success["content"] = ["text/event-stream": ["schema": ["type": "string"]]]
        case .nothing: break
        }
        responses["\(operation.status.code)"] = .object(success)
        let reference: JSONValue = ["$ref": "#/components/schemas/Problem"]
        let own = operation.body == nil ? [] : Problem.Code.ofBodies
        let ofParameters: [Problem.Code] = [.invalidParameter, .unknownParameter, .invalidValue]
        for code in Problem.Code.common + ofParameters + own + operation.problems {
            responses["\(code.status.code)"] = [
                "description": .string(code.title.both),
                "content": .object([ProblemDocument.mediaType: ["schema": reference]]),
            ]
        }
        if operation.method == .get, case .events = operation.answer {
        } else if operation.method == .get {
            responses["304"] = ["description": "as it was / 未变化"]
        }
        return .object(responses)
    }

    private static let binary: JSONValue = ["type": "string", "contentEncoding": "binary"]
}

extension Problem.Code {
    /// What an operation that takes a body may answer with besides.
    static let ofBodies: [Problem.Code] = [
        .malformedJSON, .bodyTooLarge, .bodyTimeout, .unsupportedMediaType,
    ]
}
