public import Formats
public import Identity
public import SwiftASN1

/// Arguments of `authorisation.bindHolder` (登记持证主体): the caller's department has identified the holder.
public struct BindHolder: DERSequence, Hashable {
    public let holder: HolderPseudonym
    public let level: RealNameLevel
    /// DER `SubjectPublicKeyInfo` of the key of the holder's device.
    public let key: [UInt8]?
    /// By the key that was bound before: needed where another department binds anew.
    public let consent: HolderSignature?
    /// A licence of the holder's that the caller has issued: what lets a department bind whom nobody has bound, where
    /// the rules do not name it as one that identifies holders.
    public let licence: LicenceIdentifier?

    public init(
        holder: HolderPseudonym, level: RealNameLevel, key: [UInt8]?, consent: HolderSignature? = nil,
        licence: LicenceIdentifier? = nil
    ) {
        self.holder = holder
        self.level = level
        self.key = key
        self.consent = consent
        self.licence = licence
    }

    public init(fields: inout ASN1NodeCollection.Iterator) throws {
        holder = try fields.pseudonym()
        level = try fields.realNameLevel()
        key = try fields.optionalOctets(tag: 0, limit: Decision.maximumKeyByteCount)
        consent = try fields.optional(tag: 1)
        licence = try fields.optionalDomainText(tag: 2)
    }

    public func serialize(fields: inout DER.Serializer) throws {
        try fields.serialize(holder)
        try fields.serialize(enumerated: level.rawValue)
        try fields.serialize(optionalOctets: key, tag: 0)
        try fields.serialize(optional: consent, tag: 1)
        try fields.serialize(licence, tag: 2)
    }

    /// What the holder signs with the key that is bound now, so that another department may bind a new one.
    public func statement(notAfter: Timestamp, genesis: Genesis) -> HolderStatement {
        let wish = BindHolder(holder: holder, level: level, key: key)
        return HolderStatement(
            channel: genesis.channel, kind: .bind, content: genesis.suite.digest(of: wish.derBytes), notAfter: notAfter)
    }
}

/// Arguments of `authorisation.relink` (假名换代关联).
public struct RelinkHolder: DERSequence, Hashable {
    public let newer: HolderPseudonym
    public let older: HolderPseudonym
    /// A licence under the newer pseudonym that the caller has issued: needed where the caller has not bound that
    /// pseudonym, and the rules do not name it as one that identifies holders.
    public let licence: LicenceIdentifier?

    public init(newer: HolderPseudonym, older: HolderPseudonym, licence: LicenceIdentifier? = nil) {
        self.newer = newer
        self.older = older
        self.licence = licence
    }

    public init(fields: inout ASN1NodeCollection.Iterator) throws {
        newer = try fields.pseudonym()
        older = try fields.pseudonym()
        licence = try fields.optionalDomainText(tag: 0)
    }

    public func serialize(fields: inout DER.Serializer) throws {
        try fields.serialize(newer)
        try fields.serialize(older)
        try fields.serialize(licence, tag: 0)
    }
}

/// Arguments of `authorisation.grant` (授权): what the holder wants, and that the holder wants it.
public struct WriteGrant: DERSequence, Hashable {
    public let wish: GrantWish
    public let proof: HolderProof

    public init(_ wish: GrantWish, proof: HolderProof) {
        self.wish = wish
        self.proof = proof
    }

    public init(fields: inout ASN1NodeCollection.Iterator) throws {
        wish = try GrantWish(derEncoded: &fields)
        proof = try fields.holderProof()
    }

    public func serialize(fields: inout DER.Serializer) throws {
        try fields.serialize(wish)
        try fields.serialize(proof)
    }
}

/// Arguments of `authorisation.withdrawGrant` (撤回授权).
public struct WithdrawGrant: DERSequence, Hashable {
    public let grant: GrantIdentifier
    public let proof: HolderProof

    public init(_ grant: GrantIdentifier, proof: HolderProof) {
        self.grant = grant
        self.proof = proof
    }

    public init(fields: inout ASN1NodeCollection.Iterator) throws {
        grant = GrantIdentifier(try fields.digest())
        proof = try fields.holderProof()
    }

    public func serialize(fields: inout DER.Serializer) throws {
        try fields.serialize(grant.digest)
        try fields.serialize(proof)
    }

    /// What the holder signs.
    public static func statement(
        of grant: GrantIdentifier, notAfter: Timestamp, genesis: Genesis
    ) -> HolderStatement {
        HolderStatement(channel: genesis.channel, kind: .withdraw, content: grant.digest, notAfter: notAfter)
    }
}

/// Arguments of `authorisation.declareBasis` (登记法定依据).
public struct DeclareBasis: DERSequence, Hashable {
    public let reference: String
    public let department: DepartmentName
    public let application: ApplicationName?
    /// For licences of the caller's department; its item is the one that the rule names.
    public let scope: UseScope
    public let nonce: CallNonce

    public init(
        reference: String,
        department: DepartmentName,
        application: ApplicationName? = nil,
        scope: UseScope,
        nonce: CallNonce = CallNonce()
    ) {
        self.reference = reference
        self.department = department
        self.application = application
        self.scope = scope
        self.nonce = nonce
    }

    public init(fields: inout ASN1NodeCollection.Iterator) throws {
        reference = try fields.text(limit: StatutoryBasis.maximumReferenceByteCount)
        department = try fields.label()
        scope = try UseScope(derEncoded: &fields)
        nonce = try fields.nonce()
        application = try fields.optionalDomainText(tag: 0)
        guard !reference.isEmpty else { throw FormatError(.outOfRange, "a statutory basis names its rule") }
    }

    public func serialize(fields: inout DER.Serializer) throws {
        try fields.serialize(text: reference)
        try fields.serialize(text: department.rawValue)
        try fields.serialize(scope)
        try fields.serialize(nonce.number)
        try fields.serialize(application, tag: 0)
    }
}

/// Arguments of `authorisation.endBasis` (终止法定依据).
public struct EndBasis: DERSequence, Hashable {
    public let basis: BasisIdentifier

    public init(_ basis: BasisIdentifier) { self.basis = basis }

    public init(fields: inout ASN1NodeCollection.Iterator) throws {
        basis = BasisIdentifier(try fields.digest())
    }

    public func serialize(fields: inout DER.Serializer) throws {
        try fields.serialize(basis.digest)
    }
}

/// Arguments of `authorisation.entitle` (登记证照类型权限): for the caller's own licences. Entitling again replaces.
public struct Entitle: DERSequence, Hashable {
    public let department: DepartmentName
    public let application: ApplicationName
    public let type: LicenceTypeCode
    public let actions: [UseAction]
    public let fields: [LicenceColumn]
    public let notBefore: Timestamp
    public let notAfter: Timestamp

    public init(
        department: DepartmentName,
        application: ApplicationName,
        type: LicenceTypeCode,
        actions: [UseAction],
        fields: [LicenceColumn],
        notBefore: Timestamp,
        notAfter: Timestamp
    ) {
        self.department = department
        self.application = application
        self.type = type
        self.actions = actions.inOrder
        self.fields = fields.inOrder
        self.notBefore = notBefore
        self.notAfter = notAfter
    }

    public init(fields: inout ASN1NodeCollection.Iterator) throws {
        department = try fields.label()
        application = try fields.domainText(limit: 32)
        type = try fields.domainText(limit: 21)
        actions = try fields.useActions()
        self.fields = try fields.columns()
        notBefore = try fields.timestamp()
        notAfter = try fields.timestamp()
        guard !self.fields.isEmpty, notBefore <= notAfter else {
            throw FormatError(.outOfRange, "an entitlement names fields and ends after it begins")
        }
    }

    public func serialize(fields: inout DER.Serializer) throws {
        try fields.serialize(text: department.rawValue)
        try fields.serialize(text: application.text)
        try fields.serialize(text: type.text)
        try fields.serialize(actions: actions)
        try fields.serialize(columns: self.fields)
        try fields.serialize(notBefore)
        try fields.serialize(notAfter)
    }
}

/// Arguments of `authorisation.endEntitlement` (终止证照类型权限).
public struct EndEntitlement: DERSequence, Hashable {
    public let department: DepartmentName
    public let application: ApplicationName
    public let type: LicenceTypeCode

    public init(department: DepartmentName, application: ApplicationName, type: LicenceTypeCode) {
        self.department = department
        self.application = application
        self.type = type
    }

    public init(fields: inout ASN1NodeCollection.Iterator) throws {
        department = try fields.label()
        application = try fields.domainText(limit: 32)
        type = try fields.domainText(limit: 21)
    }

    public func serialize(fields: inout DER.Serializer) throws {
        try fields.serialize(text: department.rawValue)
        try fields.serialize(text: application.text)
        try fields.serialize(text: type.text)
    }
}

/// Arguments of `authorisation.request` (申请用证权限): the caller's department asks an owner.
public struct RequestAccess: DERSequence, Hashable {
    public let owner: DepartmentName
    public let application: ApplicationName
    public let scope: UseScope
    public let cause: String
    public let nonce: CallNonce

    public init(
        owner: DepartmentName,
        application: ApplicationName,
        scope: UseScope,
        cause: String,
        nonce: CallNonce = CallNonce()
    ) {
        self.owner = owner
        self.application = application
        self.scope = scope
        self.cause = cause
        self.nonce = nonce
    }

    public init(fields: inout ASN1NodeCollection.Iterator) throws {
        owner = try fields.label()
        application = try fields.domainText(limit: 32)
        scope = try UseScope(derEncoded: &fields)
        cause = try fields.text(limit: AccessRequest.maximumCauseByteCount)
        nonce = try fields.nonce()
        guard !cause.isEmpty else { throw FormatError(.outOfRange, "a request says its cause") }
    }

    public func serialize(fields: inout DER.Serializer) throws {
        try fields.serialize(text: owner.rawValue)
        try fields.serialize(text: application.text)
        try fields.serialize(scope)
        try fields.serialize(text: cause)
        try fields.serialize(nonce.number)
    }
}

/// Arguments of `authorisation.answer` (答复用证申请): the owner grants or denies.
public struct AnswerRequest: DERSequence, Hashable {
    public let request: AccessRequestIdentifier
    public let outcome: AccessRequest.Answer.Outcome
    /// Needed for a denial.
    public let reason: PurposeCode?

    public init(_ request: AccessRequestIdentifier, _ outcome: AccessRequest.Answer.Outcome, reason: PurposeCode? = nil)
    {
        self.request = request
        self.outcome = outcome
        self.reason = reason
    }

    public init(fields: inout ASN1NodeCollection.Iterator) throws {
        request = AccessRequestIdentifier(try fields.digest())
        outcome = try fields.answerOutcome()
        reason = try fields.optionalDomainText(tag: 0)
        guard outcome == .granted || reason != nil else {
            throw FormatError(.outOfRange, "a request is denied with a reason code")
        }
    }

    public func serialize(fields: inout DER.Serializer) throws {
        try fields.serialize(request.digest)
        try fields.serialize(enumerated: outcome.rawValue)
        try fields.serialize(reason, tag: 0)
    }
}

/// Arguments of `authorisation.endRequest` (撤回用证申请): the department takes it back, or the owner ends what it granted.
public struct EndRequest: DERSequence, Hashable {
    public let request: AccessRequestIdentifier

    public init(_ request: AccessRequestIdentifier) { self.request = request }

    public init(fields: inout ASN1NodeCollection.Iterator) throws {
        request = AccessRequestIdentifier(try fields.digest())
    }

    public func serialize(fields: inout DER.Serializer) throws {
        try fields.serialize(request.digest)
    }
}

/// Arguments of `authorisation.freeze` and `authorisation.unfreeze` (冻结、解冻).
public struct FreezeUse: DERSequence, Hashable {
    /// What is frozen: a licence by the department that issued it, a holder by the one that has bound the holder, a
    /// department, whose systems may be in wrong hands, by its own administrator.
    public let subject: UseSubject
    /// The rule or decision that stops the use, or lets it go on.
    public let basis: String

    public init(_ subject: UseSubject, basis: String) {
        self.subject = subject
        self.basis = basis
    }

    public init(fields: inout ASN1NodeCollection.Iterator) throws {
        subject = try fields.useSubject()
        basis = try fields.text(limit: StatutoryBasis.maximumReferenceByteCount)
        guard !basis.isEmpty else { throw FormatError(.outOfRange, "a freeze names its basis") }
    }

    public func serialize(fields: inout DER.Serializer) throws {
        try fields.serialize(subject)
        try fields.serialize(text: basis)
    }
}
