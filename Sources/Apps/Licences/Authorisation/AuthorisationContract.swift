import Formats
import Identity
public import Ledger

/// The contract of the authorisation ledger (确认授权账本): whose licences who may use, for what, and who said so.
///
/// - Holders: their pseudonyms, the keys of their devices, and how the pseudonyms of one holder follow each other.
/// - Grants of holders to agents and to departments, each with the holder's proof; withdrawn by the holder alone.
/// - Statutory bases and entitlements, by the department whose licences they are about.
/// - Requests of departments and the answers of owners.
/// - Freezes.
///
/// Nothing here names a person: texts are looked through for personal data, and everything else is a code or a digest.
public struct AuthorisationContract: Contract {
    /// The name by which calls find the contract.
    public static let contractName = "authorisation"

    /// The names of methods, as calls spell them.
    public enum Method {
        public static let bindHolder = "bindHolder"
        public static let relink = "relink"
        public static let grant = "grant"
        public static let withdrawGrant = "withdrawGrant"
        public static let declareBasis = "declareBasis"
        public static let endBasis = "endBasis"
        public static let entitle = "entitle"
        public static let endEntitlement = "endEntitlement"
        public static let request = "request"
        public static let answer = "answer"
        public static let endRequest = "endRequest"
        public static let freeze = "freeze"
        public static let unfreeze = "unfreeze"
        public static let close = "close"
    }

    public let name = contractName
    public let version = 1

    public init() {}

    public var methods: [ContractMethod] {
        [
            ContractMethod(Method.bindHolder, bindHolder),
            ContractMethod(Method.relink, relink),
            ContractMethod(Method.grant, grant),
            ContractMethod(Method.withdrawGrant, withdrawGrant),
            ContractMethod(Method.declareBasis, declareBasis),
            ContractMethod(Method.endBasis, endBasis),
            ContractMethod(Method.entitle, entitle),
            ContractMethod(Method.endEntitlement, endEntitlement),
            ContractMethod(Method.request, request),
            ContractMethod(Method.answer, answer),
            ContractMethod(Method.endRequest, endRequest),
            ContractMethod(Method.freeze, freeze),
            ContractMethod(Method.unfreeze, unfreeze),
            ContractMethod(Method.close, close),
        ]
    }

    public var queries: [ContractQuery] {
        [
            ContractQuery(Query.grant, grant),
            ContractQuery(Query.basis, basis),
            ContractQuery(Query.request, request),
            ContractQuery(Query.entitlement, entitlement),
            ContractQuery(Query.holder, holder),
        ]
    }

    /// Refuses whoever is not a client or an administrator of a department of the consortium.
    static func checkWriter(_ context: ContractContext) throws(ContractError) {
        let member = context.caller.member
        guard [.client, .administrator].contains(member.role) else {
            throw ContractError(
                .notPermitted,
                "this is for clients and administrators of departments, not for a \(member.role.rawValue)")
        }
        try checkDepartment(context.caller.department, in: context)
    }

    static func checkDepartment(_ department: DepartmentName, in context: ContractContext) throws(ContractError) {
        guard context.genesis.document.departments.contains(where: { $0.name == department }) else {
            throw ContractError(.notFound, "no department of this consortium is called \(department)")
        }
    }

    static func checkText(_ text: String, _ name: String) throws(ContractError) {
        do throws(LicenceError) {
            try PersonalDataGuard().check(Array(text.utf8))
        } catch {
            throw ContractError(.personalData, "the \(name) holds personal data, which never goes on the ledger")
        }
    }

    static func checkKey(_ bytes: [UInt8], in context: ContractContext) throws(ContractError) {
        do {
            _ = try context.genesis.suite.verificationKey(subjectPublicKeyInfo: bytes)
        } catch {
            throw ContractError(.wrongKey, "the key is no public key of the ledger's suite, as SubjectPublicKeyInfo")
        }
    }

    /// What ends a record, said by the caller.
    static func withdrawal(in context: ContractContext) -> Withdrawal {
        Withdrawal(at: context.blockTime, height: context.height, by: context.caller.department)
    }
}

extension ContractError.Code {
    /// The bytes are no public key of the ledger's suite.
    public static let wrongKey = Self(rawValue: "wrongKey")
    /// The holder's signature or attestation does not show that the holder wants it.
    public static let wrongProof = Self(rawValue: "wrongProof")
    /// The record is there already.
    public static let alreadyWritten = Self(rawValue: "alreadyWritten")
    /// The record was ended or answered before.
    public static let alreadyEnded = Self(rawValue: "alreadyEnded")
    /// The pseudonyms cannot follow each other.
    public static let wrongLink = Self(rawValue: "wrongLink")
    /// What a grant, a basis or a request would cover is in the past, or not the owner's.
    public static let wrongScope = Self(rawValue: "wrongScope")
}
