import Formats
import Identity
public import Ledger
import Licences

/// The contract that keeps who may call a department's nodes over HTTP: its applications (应用接入), the people with a
/// role, the identity platforms that it trusts, and which requests have been carried out.
///
/// Only the department's own administrators write what is the department's; everybody reads. Nothing here names a
/// person: subjects are keyed digests, and texts are looked through for personal data.
///
/// It is there from the genesis on. No ledger of an earlier release exists that it would be new to, and a department
/// that joins a consortium later finds it in force; the next version of it comes by decision.
public struct ApplicationsContract: Contract {
    /// The name by which calls find the contract.
    public static let contractName = "applications"

    /// The names of methods, as calls spell them.
    public enum Method {
        public static let registerApplication = "registerApplication"
        public static let changeApplication = "changeApplication"
        public static let suspendApplication = "suspendApplication"
        public static let resumeApplication = "resumeApplication"
        public static let endApplication = "endApplication"
        public static let registerPerson = "registerPerson"
        public static let endPerson = "endPerson"
        public static let registerPlatform = "registerPlatform"
        public static let endPlatform = "endPlatform"
        public static let claim = "claim"
    }

    /// The names of queries.
    public enum Query {
        public static let application = "application"
        public static let applicationOfClient = "applicationOfClient"
        public static let applicationOfMember = "applicationOfMember"
        public static let applications = "applications"
        public static let person = "person"
        public static let people = "people"
        public static let platform = "platform"
        public static let platforms = "platforms"
        public static let claimed = "claimed"
    }

    /// The names of events.
    public enum Event {
        public static let applicationChanged = "applicationChanged"
        public static let personChanged = "personChanged"
        public static let platformChanged = "platformChanged"
    }

    public let name = contractName
    public let version = 1
    public let introduction = ContractIntroduction.genesis

    public init() {}

    public var methods: [ContractMethod] {
        [
            ContractMethod(Method.registerApplication, registerApplication),
            ContractMethod(Method.changeApplication, changeApplication),
            ContractMethod(Method.suspendApplication, suspendApplication),
            ContractMethod(Method.resumeApplication, resumeApplication),
            ContractMethod(Method.endApplication, endApplication),
            ContractMethod(Method.registerPerson, registerPerson),
            ContractMethod(Method.endPerson, endPerson),
            ContractMethod(Method.registerPlatform, registerPlatform),
            ContractMethod(Method.endPlatform, endPlatform),
            ContractMethod(Method.claim, claim),
        ]
    }

    public var queries: [ContractQuery] {
        [
            ContractQuery(Query.application, application),
            ContractQuery(Query.applicationOfClient, applicationOfClient),
            ContractQuery(Query.applicationOfMember, applicationOfMember),
            ContractQuery(Query.applications, applications),
            ContractQuery(Query.person, person),
            ContractQuery(Query.people, people),
            ContractQuery(Query.platform, platform),
            ContractQuery(Query.platforms, platforms),
            ContractQuery(Query.claimed, claimed),
        ]
    }

    /// Refuses whoever is not an administrator of `department`, or of a department of the consortium at all.
    static func checkAdministrator(
        of department: DepartmentName, _ context: ContractContext
    ) throws(ContractError) {
        guard context.caller.member.role == .administrator, context.caller.department == department else {
            throw ContractError(
                .notPermitted, "this is for administrators of \(department), not for \(context.caller.member)")
        }
        guard context.genesis.document.departments.contains(where: { $0.name == department }) else {
            throw ContractError(.notPermitted, "no department of this consortium is called \(department)")
        }
    }

    /// Refuses texts with personal data, and identifiers that nobody could type again.
    static func check(text: String, _ name: String) throws(ContractError) {
        do throws(LicenceError) {
            try PersonalDataGuard().check(Array(text.utf8))
        } catch {
            throw ContractError(.personalData, "the \(name) holds personal data, which never goes on the ledger")
        }
    }

    static func check(identifier: String, _ name: String) throws(ContractError) {
        guard (1...ApplicationLimits.identifierBytes).contains(identifier.utf8.count),
            identifier.utf8.allSatisfy({ (0x21...0x7e).contains($0) })
        else {
            throw ContractError(
                .wrongDeclaration,
                "the \(name) has 1 to \(ApplicationLimits.identifierBytes) visible ASCII characters, without spaces")
        }
        try check(text: identifier, name)
    }

    static func check(lastDay: CalendarDate, in context: ContractContext) throws(ContractError) {
        guard CalendarDate(beijing: context.blockTime) <= lastDay else {
            throw ContractError(.wrongDeclaration, "the last day \(lastDay) is over already: name a later one")
        }
    }
}

extension ContractError.Code {
    /// A declaration contradicts itself, or what is registered.
    public static let wrongDeclaration = Self(rawValue: "wrongDeclaration")
    /// The name is an application's already, or the client or member shows another one's.
    public static let alreadyRegistered = Self(rawValue: "alreadyRegistered")
    /// The request was carried out already: the message names the transaction.
    public static let alreadyClaimed = Self(rawValue: "alreadyClaimed")
    /// The key was used for another request.
    public static let claimedOtherwise = Self(rawValue: "claimedOtherwise")
}
