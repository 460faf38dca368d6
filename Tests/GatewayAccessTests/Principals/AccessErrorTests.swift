import Foundation
import GatewayAccess
import Licences
import Testing

/// Every way of not being let in is told with a status and in both languages.
@Suite("Errors at the door")
struct AccessErrorTests {
    /// The codes, as the source declares them.
    private static func codes() throws -> [AccessError.Code] {
        let file = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent().deletingLastPathComponent()
            .appending(path: "Sources/Apps/Gateway/Access/AccessError.swift")
        return try String(contentsOf: file, encoding: .utf8).split(separator: "\n").compactMap { line in
            line.contains("Code(rawValue: \"")
                ? line.split(separator: "\"").dropFirst().first.map { AccessError.Code(rawValue: String($0)) } : nil
        }
    }

    @Test func everyCodeHasAnAnswerInBothLanguages() throws {
        let codes = try Self.codes()
        #expect(codes.count > 25)
        for code in codes {
            let error = AccessError(code, "what happened")
            #expect(code == .wrongFile || (400..<504).contains(error.httpStatus) && error.httpStatus != 500, "\(code)")
            #expect(!error.explanation.english.isEmpty, "\(code)")
            #expect(error.explanation.chinese != "请求未被受理", "\(code)")
        }
        #expect(Set(codes.map(\.rawValue)).count == codes.count)
    }

    @Test func aCodeThatIsNotKnownIsAFaultOfTheServer() {
        let error = AccessError(AccessError.Code(rawValue: "fromTheFuture"), "")
        #expect(error.httpStatus == 500)
        #expect(error == AccessError(AccessError.Code(rawValue: "fromTheFuture"), "another message"))
        #expect(error != AccessError(.notEntitled, ""))
    }
}
