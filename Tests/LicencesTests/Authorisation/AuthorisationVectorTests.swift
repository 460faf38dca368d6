import Formats
import Identity
import Licences
import Testing
import VectorTestKit

/// The bytes of the contract `authorisation`, and of what holders sign.
@Suite("Bytes of authorisations")
struct AuthorisationVectorTests {
    private let values: VectorValues

    init() throws { values = try VectorValues() }

    @Test func structuresAreThoseOfTheVectors() throws {
        let vectors = try shared() + holders() + grants() + bases() + entitlements() + requests() + freezes()
        let file = VectorFile(
            "structures-authorisations",
            comment:
                "Structures of the contract authorisation, from fixed values: name, SHA-256 of the DER, DER.")
        #expect(try file.differences(from: vectors) == [])
    }

    private func shared() throws -> [Vector] {
        let origin = RecordOrigin(transaction: values.transaction, nonce: values.nonce)
        let name = GrantIdentifier(of: values.transaction, nonce: values.nonce, suite: FixedValues.suite)
        #expect(name.digest == FixedValues.suite.digest(of: origin.derBytes))
        let statement = HolderStatement(
            channel: FixedValues.channel, kind: .withdraw, content: values.grant.digest, notAfter: values.later)
        return [
            Vector("RecordOrigin", origin),
            Vector("RecordWritten", RecordWritten(values.grant)),
            try Vector("LicenceSelection-licences", at: 0, of: values.scope),
            try Vector("LicenceSelection-type", at: 0, of: values.kindScope),
            Vector("UseScope", values.scope),
            Vector("UseScope-of-a-kind", values.kindScope),
            Vector("HolderStatement", statement),
            Vector(
                "SigningInput-holder",
                SigningInput(purpose: .holderStatement, digest: statement.digest(suite: FixedValues.suite))),
            Vector("HolderSignature", values.signature),
            Vector("CounterAttestation", values.attestation),
            try Vector("HolderProof-signature", at: 1, of: withdrawal(by: .signature(values.signature))),
            try Vector("HolderProof-attestation", at: 1, of: withdrawal(by: .attestation(values.attestation))),
            Vector("Withdrawal", values.withdrawal),
        ]
    }

    private func withdrawal(by proof: HolderProof) -> WithdrawGrant { WithdrawGrant(values.grant, proof: proof) }

    private func binding(_ bind: BindHolder) -> HolderBinding {
        HolderBinding(bind, by: values.owner, at: values.time, height: values.height)
    }

    private func holders() -> [Vector] {
        let bind = BindHolder(
            holder: values.holder, level: .four, key: values.publicKey, consent: values.signature)
        let byLicence = BindHolder(holder: values.holder, level: .four, key: values.publicKey, licence: values.licence)
        let withoutDevice = BindHolder(holder: values.holder, level: .one, key: nil)
        return [
            Vector("BindHolder", bind),
            Vector("BindHolder-by-a-licence", byLicence),
            Vector("BindHolder-without-a-device", withoutDevice),
            Vector("HolderBinding", binding(bind)),
            Vector("HolderBinding-without-a-device", binding(withoutDevice)),
            Vector("RelinkHolder", RelinkHolder(newer: values.holder, older: values.older)),
            Vector(
                "RelinkHolder-by-a-licence",
                RelinkHolder(newer: values.holder, older: values.older, licence: values.licence)),
            Vector("HolderLink", HolderLink(older: values.older, length: 1, department: values.owner)),
            Vector("HolderQuestion", HolderQuestion(values.holder)),
            Vector(
                "HolderAnswer",
                HolderAnswer(pseudonyms: [values.holder, values.older], binding: binding(bind), isFrozen: true)),
            Vector(
                "HolderAnswer-of-nobody", HolderAnswer(pseudonyms: [values.holder], binding: nil, isFrozen: false)),
        ]
    }

    private func grants() throws -> [Vector] {
        func wish(to recipient: GrantRecipient) -> GrantWish {
            GrantWish(grantor: values.holder, recipient: recipient, scope: values.scope, nonce: values.nonce)
        }
        func grant(_ wish: GrantWish, proof: HolderProof) -> Grant {
            Grant(
                values.grant, wish, proof: proof, by: values.owner, at: values.time, height: values.height)
        }
        let toSystem = wish(to: .department(values.requester, values.application))
        let toDepartment = wish(to: .department(values.requester, nil))
        let toAgent = wish(to: .agent(values.agent))
        var withdrawn = grant(toAgent, proof: .attestation(values.attestation))
        withdrawn.withdrawal = values.withdrawal
        return [
            try Vector("GrantRecipient-agent", at: 1, of: toAgent),
            try Vector("GrantRecipient-department", at: 1, of: toDepartment),
            try Vector("GrantRecipient-system", at: 1, of: toSystem),
            Vector("GrantWish", toSystem),
            Vector("WriteGrant", WriteGrant(toSystem, proof: .signature(values.signature))),
            Vector("WithdrawGrant", withdrawal(by: .attestation(values.attestation))),
            Vector("Grant", grant(toSystem, proof: .signature(values.signature))),
            Vector("Grant-withdrawn", withdrawn),
        ]
    }

    private func bases() -> [Vector] {
        func basis(_ declaration: DeclareBasis) -> StatutoryBasis {
            StatutoryBasis(
                values.basis, declaration, by: values.owner, at: values.time, height: values.height)
        }
        let ofSystem = DeclareBasis(
            reference: values.reference, department: values.requester, application: values.application,
            scope: values.kindScope, nonce: values.nonce)
        let ofDepartment = DeclareBasis(
            reference: values.reference, department: values.requester, scope: values.kindScope)
        var ended = basis(ofSystem)
        ended.withdrawal = values.withdrawal
        return [
            Vector("DeclareBasis", ofSystem),
            Vector("DeclareBasis-of-a-department", ofDepartment),
            Vector("StatutoryBasis", basis(ofDepartment)),
            Vector("StatutoryBasis-ended", ended),
            Vector("EndBasis", EndBasis(values.basis)),
        ]
    }

    private func entitlements() -> [Vector] {
        let entitle = Entitle(
            department: values.requester, application: values.application, type: values.licence.typeCode,
            actions: [.query, .apply], fields: [.certificateName, .holderName], notBefore: values.time,
            notAfter: values.later)
        let entitlement = Entitlement(entitle, by: values.owner, at: values.time, height: values.height)
        var ended = entitlement
        ended.withdrawal = values.withdrawal
        return [
            Vector("Entitle", entitle),
            Vector(
                "EndEntitlement",
                EndEntitlement(
                    department: values.requester, application: values.application, type: values.licence.typeCode)),
            Vector("Entitlement", entitlement),
            Vector("Entitlement-ended", ended),
            Vector(
                "EntitlementQuestion",
                EntitlementQuestion(
                    owner: values.owner, department: values.requester, application: values.application,
                    type: values.licence.typeCode)),
        ]
    }

    private func requests() -> [Vector] {
        let access = RequestAccess(
            owner: values.owner, application: values.application, scope: values.kindScope, cause: "办理税务登记",
            nonce: values.nonce)
        let request = AccessRequest(
            values.request, access, by: values.requester, at: values.time, height: values.height)
        let granted = AccessRequest.Answer(
            outcome: .granted, reason: nil, at: values.later, height: Height(rawValue: 8))
        let denied = AccessRequest.Answer(
            outcome: .denied, reason: values.purpose, at: values.later, height: Height(rawValue: 8))
        var ended = request
        ended.answer = granted
        ended.withdrawal = values.withdrawal
        return [
            Vector("RequestAccess", access),
            Vector("AnswerRequest", AnswerRequest(values.request, .granted)),
            Vector("AnswerRequest-denied", AnswerRequest(values.request, .denied, reason: values.purpose)),
            Vector("EndRequest", EndRequest(values.request)),
            Vector("AccessRequest", request),
            Vector("AccessRequest-ended", ended),
            Vector("Answer", granted),
            Vector("Answer-denied", denied),
        ]
    }

    private func freezes() throws -> [Vector] {
        func freeze(_ subject: UseSubject) -> FreezeUse { FreezeUse(subject, basis: values.reference) }
        let ofLicence = freeze(.licence(LicenceKey(values.licence)))
        let close = CloseAuthorisations(values.licence, basis: values.reference)
        return [
            Vector("CloseAuthorisations", close),
            Vector(
                "AuthorisationClosure",
                AuthorisationClosure(
                    close, by: values.owner, at: values.time, height: values.height, transaction: values.transaction)),
            try Vector("FreezeSubject-licence", at: 0, of: ofLicence),
            try Vector("FreezeSubject-holder", at: 0, of: freeze(.holder(values.holder))),
            try Vector("FreezeSubject-department", at: 0, of: freeze(.department(values.requester))),
            Vector("FreezeUse", ofLicence),
            Vector(
                "Freeze",
                Freeze(basis: values.reference, by: values.owner, at: values.time, height: values.height)),
        ]
    }
}
