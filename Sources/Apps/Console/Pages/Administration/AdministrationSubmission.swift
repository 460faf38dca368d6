import Formats
import Foundation
import HTTPTypes
import Identity
import Ledger
import Licences
import Nodes
import OneThings

/// Hands in what an administrator of the node's department has signed in a browser.
///
/// The ledger checks everything that counts. What is checked here keeps a page of the console from being a way for
/// other transactions, and other departments' ones, past the entitlements of the interface.
struct AdministrationSubmission: Sendable {
    static let tokenField = HTTPField.Name("X-Form-Token")
    /// The contract that has the department's applications, people and identity platforms.
    static let applications = "applications"

    /// What administrators sign here, by contract.
    private static let methods: [String: Set<String>] = [
        MembershipContract.name: [
            MembershipContract.proposeMethod, MembershipContract.approveMethod, MembershipContract.withdrawMethod,
        ],
        ContractLifecycleContract.name: [
            ContractLifecycleContract.proposeMethod, ContractLifecycleContract.approveMethod,
            ContractLifecycleContract.withdrawMethod,
        ],
        DefinitionsContract.contractName: [
            DefinitionsContract.Method.propose, DefinitionsContract.Method.approve,
        ],
        CalendarContract.contractName: [CalendarContract.Method.propose, CalendarContract.Method.approve],
        CatalogueContract.contractName: [
            CatalogueContract.Method.proposeCodes, CatalogueContract.Method.approveCodes,
        ],
        UsageContract.contractName: [UsageContract.Method.proposeRules, UsageContract.Method.approveRules],
        applications: [
            "registerApplication", "changeApplication", "suspendApplication", "resumeApplication", "endApplication",
            "registerPerson", "endPerson", "registerPlatform", "endPlatform",
        ],
    ]

    let services: ConsoleServices

    /// Hands a transaction in and waits for its outcome.
    /// - Parameter bytes: its DER.
    /// - Throws: ``ConsoleError``, `NodeError`, or the transport's error.
    func submit(_ bytes: [UInt8]) async throws -> Outcome {
        let transaction: Transaction
        do {
            transaction = try Transaction(derBytes: bytes, limit: services.genesis.limits.maximumTransactionBytes)
        } catch {
            throw ConsoleError.badQuestion("this is no transaction", "内容不是交易")
        }
        let introduced = try Self.introduced(by: transaction.body)
        try Self.check(transaction.body.calls.dropFirst(introduced == nil ? 0 : 1))
        try check(try await certificate(of: transaction.body, introduced: introduced))
        return try await services.ledger.submit(transaction)
    }

    private static func check(_ calls: ArraySlice<Call>) throws(ConsoleError) {
        let areKnown = calls.allSatisfy { methods[$0.contract]?.contains($0.method) == true }
        guard !calls.isEmpty, areKnown else {
            throw ConsoleError(
                .notEntitled, Phrase("it calls what is not administered here", "含有不在此管理的调用"),
                advice: Phrase("submit it by command or by the interface", "请用命令或接口提交"))
        }
    }

    /// DER of the certificate that the first call registers; `nil` where it does something else.
    private static func introduced(by body: TransactionBody) throws(ConsoleError) -> [UInt8]? {
        guard let call = body.calls.first, call.contract == CertificatesContract.name else { return nil }
        guard call.method == CertificatesContract.registerMethod,
            let arguments = try? CertificateArguments(
                derBytes: call.arguments, limit: 2 * MemberCertificate.maximumByteCount)
        else { throw .badQuestion("its first call registers no certificate", "首个调用并非登记证书") }
        return arguments.certificate
    }

    /// The certificate of the submitter's key: the one that is registered with the transaction, else by the ledger.
    private func certificate(of body: TransactionBody, introduced: [UInt8]?) async throws -> MemberCertificate {
        let unknown = ConsoleError(
            .notEntitled, Phrase("the ledger does not know the certificate", "账本上没有该证书"),
            advice: Phrase("register it in the first call", "请在首个调用中登记"))
        var der = introduced
        if der == nil {
            do {
                der = try await services.ledger.query(
                    contract: CertificatesContract.name, name: CertificatesContract.byKeyQuery,
                    arguments: CertificateKeyArguments(key: body.submitter), as: RegisteredCertificate.self
                ).result.certificate
            } catch let error as NodeError where error.code == .notFound {
                throw unknown
            }
        }
        guard let der, let certificate = try? MemberCertificate(der: der, suite: services.genesis.suite),
            certificate.publicKey.identifier == body.submitter
        else { throw unknown }
        return certificate
    }

    private func check(_ certificate: MemberCertificate) throws(ConsoleError) {
        let department = services.department
        guard certificate.member.role == .administrator, certificate.member.department == department else {
            throw ConsoleError(
                .notEntitled,
                Phrase(
                    "this page is for administrators of \(department), not for \(certificate.member)",
                    "本页仅供 \(department) 的管理员使用，不供 \(certificate.member) 使用"),
                advice: Phrase("open the page of a node of your department", "请打开本部门节点的页面"))
        }
    }
}

/// What became of a transaction, for whoever reads it in a module.
struct AdministrationOutcome: Encodable {
    let status: String
    let transaction: String
    let height: UInt64
    /// DER of the calls' results in base64, one for each.
    let results: [String]
    /// Of the rejection; `nil` where the calls have taken effect.
    let code: String?
    /// What the code means, and what the contract has said.
    let says: String?

    init(_ outcome: Outcome, in language: ConsoleLanguage) {
        transaction = outcome.transaction.description
        height = outcome.height.rawValue
        switch outcome.status {
        case .applied(_, let values):
            status = "applied"
            results = values.map { Data($0).base64EncodedString() }
            (code, says) = (nil, nil)
        case .rejected(let rejection):
            status = "rejected"
            results = []
            code = rejection.code
            let refusal = RefusalText(rejection.code, message: rejection.message)
            says = [refusal.says.text(in: language), refusal.message].compactMap(\.self).joined(separator: ": ")
        }
    }
}
