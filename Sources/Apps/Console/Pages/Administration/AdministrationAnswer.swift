import Formats
import Foundation
import Identity
import Ledger
import Licences
import Nodes
import OneThings

/// What a contract has answered, as its DER: modules read it themselves, and hash what an approval names by its digest.
struct AdministrationAnswer: Encodable {
    let height: UInt64
    /// In base64; `nil` where the ledger has no such thing.
    let answer: String?

    /// What may be asked: what the page shows, and what tells whether a certificate is registered.
    private static let queries: [String: Set<String>] = [
        CertificatesContract.name: [CertificatesContract.byKeyQuery],
        MembershipContract.name: [MembershipContract.proposalQuery],
        ContractLifecycleContract.name: [ContractLifecycleContract.proposalQuery],
        DefinitionsContract.contractName: [DefinitionsContract.Method.proposal],
        CalendarContract.contractName: [CalendarContract.Method.calendar],
        CatalogueContract.contractName: [CatalogueContract.Method.codes],
        UsageContract.contractName: [UsageContract.Query.rules],
        AdministrationSubmission.applications: ["applications", "people", "platforms"],
    ]

    /// Asks a contract for a module.
    /// - Throws: ``ConsoleError``, `NodeError`, or the transport's error.
    static func answer(_ request: PageRequest) async throws -> AdministrationAnswer {
        let contract = try request.value("contract") ?? ""
        let query = try request.value("query") ?? ""
        guard queries[contract]?.contains(query) == true else {
            throw ConsoleError.badQuestion("this page does not ask that", "本页不作该查询")
        }
        guard let arguments = [UInt8](hexadecimal: try request.value("arguments") ?? ""),
            arguments.count <= request.limits.questionByteCount
        else { throw ConsoleError.badQuestion("the arguments are no octets", "参数不是十六进制字节") }
        do {
            let answer = try await request.services.ledger.query(contract: contract, name: query, arguments: arguments)
            return AdministrationAnswer(
                height: answer.height.rawValue, answer: Data(answer.result).base64EncodedString())
        } catch let error as NodeError where error.code == .notFound {
            let height = try await request.parts.state.state().height
            return AdministrationAnswer(height: height.rawValue, answer: nil)
        }
    }
}

/// The octets of a definition that somebody has written as a file.
struct AdministrationDefinition: Encodable {
    /// DER in base64.
    let definition: String

    /// - Throws: ``ConsoleError`` with everything that is wrong with the file.
    init(file: [UInt8], in language: ConsoleLanguage) throws {
        do throws(DefinitionFileError) {
            let definition = try DefinitionFile(file).definition()
            self.definition = Data(definition.derBytes).base64EncodedString()
        } catch {
            let places = error.problems.prefix(8).map { problem in
                (problem.place, problem.message.english, problem.message.chinese)
            }
            throw ConsoleError.badQuestion(
                places.map { "\($0.0) \($0.1)" }.joined(separator: "; "),
                places.map { "\($0.0) \($0.2)" }.joined(separator: "；"))
        }
    }
}
