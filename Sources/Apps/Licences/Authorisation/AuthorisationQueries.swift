public import Formats
public import Identity
import Ledger
public import SwiftASN1

extension AuthorisationContract {
    /// The names of queries.
    public enum Query {
        public static let grant = "grant"
        public static let basis = "basis"
        public static let request = "request"
        public static let entitlement = "entitlement"
        public static let holder = "holder"
    }

    func grant(
        _ question: RecordWritten<GrantIdentifier>, on snapshot: inout ContractSnapshot
    ) throws(ContractError) -> Grant {
        guard let grant = try snapshot.grant(question.identifier) else {
            throw ContractError(.notFound, "there is no grant \(question.identifier)")
        }
        return grant
    }

    func basis(
        _ question: RecordWritten<BasisIdentifier>, on snapshot: inout ContractSnapshot
    ) throws(ContractError) -> StatutoryBasis {
        guard let basis = try snapshot.basis(question.identifier) else {
            throw ContractError(.notFound, "there is no statutory basis \(question.identifier)")
        }
        return basis
    }

    func request(
        _ question: RecordWritten<AccessRequestIdentifier>, on snapshot: inout ContractSnapshot
    ) throws(ContractError) -> AccessRequest {
        guard let request = try snapshot.accessRequest(question.identifier) else {
            throw ContractError(.notFound, "there is no access request \(question.identifier)")
        }
        return request
    }

    func entitlement(
        _ question: EntitlementQuestion, on snapshot: inout ContractSnapshot
    ) throws(ContractError) -> Entitlement {
        let entitlement = try snapshot.entitlement(
            owner: question.owner, department: question.entitlement.department,
            application: question.entitlement.application, type: question.entitlement.type)
        guard let entitlement else {
            throw ContractError(.notFound, "\(question.owner) has not entitled that system to this kind of licence")
        }
        return entitlement
    }

    func holder(
        _ question: HolderQuestion, on snapshot: inout ContractSnapshot
    ) throws(ContractError) -> HolderAnswer {
        HolderAnswer(
            pseudonyms: try snapshot.pseudonyms(from: question.holder),
            binding: try snapshot.binding(of: question.holder),
            isFrozen: try snapshot.isFrozen(.holder(question.holder)))
    }

    /// The entry of a grant: what a proof is asked for.
    public static func stateName(of grant: GrantIdentifier) -> StateName {
        StateName(contract: contractName, key: AuthorisationKeys.grant(grant).bytes)
    }
}

/// Whose entitlement is asked for.
public struct EntitlementQuestion: DERSequence, Hashable {
    public let owner: DepartmentName
    public let entitlement: EndEntitlement

    public init(
        owner: DepartmentName, department: DepartmentName, application: ApplicationName, type: LicenceTypeCode
    ) {
        self.owner = owner
        entitlement = EndEntitlement(department: department, application: application, type: type)
    }

    public init(fields: inout ASN1NodeCollection.Iterator) throws {
        owner = try fields.label()
        entitlement = try EndEntitlement(derEncoded: &fields)
    }

    public func serialize(fields: inout DER.Serializer) throws {
        try fields.serialize(text: owner.rawValue)
        try fields.serialize(entitlement)
    }
}

/// Which holder is asked for.
public struct HolderQuestion: DERSequence, Hashable {
    public let holder: HolderPseudonym

    public init(_ holder: HolderPseudonym) { self.holder = holder }

    public init(fields: inout ASN1NodeCollection.Iterator) throws { holder = try fields.pseudonym() }

    public func serialize(fields: inout DER.Serializer) throws { try fields.serialize(holder) }
}

/// What the ledger knows of a holder.
public struct HolderAnswer: DERSequence, Hashable {
    /// The one that was asked for, then the older ones of the same holder.
    public let pseudonyms: [HolderPseudonym]
    public let binding: HolderBinding?
    public let isFrozen: Bool

    package init(pseudonyms: [HolderPseudonym], binding: HolderBinding?, isFrozen: Bool) {
        self.pseudonyms = pseudonyms
        self.binding = binding
        self.isFrozen = isFrozen
    }

    public init(fields: inout ASN1NodeCollection.Iterator) throws {
        pseudonyms = try fields.list(limit: HolderLink.maximumLength + 1) { try $0.pseudonym() }
        isFrozen = try Bool(derEncoded: &fields)
        binding = try fields.optional(tag: 0)
    }

    public func serialize(fields: inout DER.Serializer) throws {
        try fields.serialize(list: pseudonyms) { try $0.serialize($1) }
        try fields.serialize(isFrozen)
        try fields.serialize(optional: binding, tag: 0)
    }
}
