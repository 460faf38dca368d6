import Formats
import Identity
import Licences
import Testing
import VectorTestKit

/// The bytes of the contract `usage`.
@Suite("Bytes of uses")
struct UsageVectorTests {
    private let values: VectorValues

    init() throws { values = try VectorValues() }

    @Test func structuresAreThoseOfTheVectors() throws {
        let vectors = try requests() + decisions() + releases() + presentations() + verifications()
        let others = try resolutions() + rules()
        let file = VectorFile(
            "structures-uses",
            comment: "Structures of the contract usage, from fixed values: name, SHA-256 of the DER, DER.")
        #expect(try file.differences(from: vectors + others) == [])
    }

    private func requests() throws -> [Vector] {
        let request = values.useRequest
        return [
            try Vector("Authority-grant", at: 3, of: values.plainRequest(.grant(values.grant))),
            try Vector("Authority-basis", at: 3, of: values.plainRequest(.statutoryBasis(values.basis))),
            try Vector("Authority-request", at: 3, of: values.plainRequest(.answeredRequest(values.request))),
            try Vector("Authority-holder", at: 3, of: request),
            Vector("UseContext", values.context),
            Vector("UseContext-without-a-case", UseContext(purpose: values.purpose)),
            Vector(
                "PresentationReference",
                PresentationReference(identifier: values.presentation, expiresAt: values.later, maximumScans: 2)),
            Vector("UseRequest", request),
            Vector("UseRequest-by-a-grant", values.plainRequest(.grant(values.grant))),
            Vector("RequesterRequest", RequesterRequest(requester: values.requester, request: request)),
            Vector("DecideUse", DecideUse(request, proof: .signature(values.signature))),
            Vector("DecideUse-at-a-counter", DecideUse(request, proof: .attestation(values.attestation))),
            Vector("DecideUse-without-a-proof", DecideUse(values.plainRequest(.statutoryBasis(values.basis)))),
        ]
    }

    private func decisions() -> [Vector] {
        let event = UsageEvent.decision(values.allowed)
        return [
            Vector("Decision", values.allowed),
            Vector("Decision-denied", values.denied),
            Vector("UsagePointer", event.pointer(suite: FixedValues.suite)),
        ]
    }

    private func releases() -> [Vector] {
        func use(_ kind: Release.Kind, _ fields: [LicenceColumn]) -> ReleaseUse {
            ReleaseUse(
                decision: values.decision, kind: kind, fields: fields, delivered: FixedValues.digest(0xDE))
        }
        func release(of decision: Decision, _ use: ReleaseUse) -> Release {
            Release(of: decision, use, by: values.key, at: values.later, height: Height(rawValue: 8))
        }
        return [
            Vector("ReleaseUse", use(.fields, [.certificateName])),
            Vector("Release", release(of: values.allowed, use(.fields, [.certificateName]))),
            Vector("Release-of-a-file", release(of: values.denied, use(.file, [.file]))),
        ]
    }

    private func presentations() -> [Vector] {
        func use(_ audience: DepartmentName?) -> PresentUse {
            PresentUse(
                presentation: values.presentation, licence: values.licence, purpose: values.purpose,
                fields: [.certificateName, .validUntil], expiresAt: values.later, maximumScans: 2,
                audience: audience)
        }
        func presentation(_ use: PresentUse, of holder: HolderPseudonym?) -> PresentationUse {
            PresentationUse(use, holder: holder, by: values.owner, at: values.time, height: values.height)
        }
        return [
            Vector("PresentUse", use(values.requester)),
            Vector("PresentUse-to-anybody", use(nil)),
            Vector("PresentationUse", presentation(use(values.requester), of: values.holder)),
            Vector("PresentationUse-to-anybody", presentation(use(nil), of: nil)),
        ]
    }

    private func verifications() -> [Vector] {
        let use = VerifyUse(
            licence: values.licence, application: values.application, context: values.context, channel: .counter,
            outcome: .fileDiffers, nonce: values.nonce)
        func verification(_ holder: HolderPseudonym?) -> VerificationUse {
            VerificationUse(
                FixedValues.digest(0x65), use, owner: values.owner, holder: holder,
                by: (values.requester, values.key), at: values.time, height: values.height)
        }
        return [
            Vector("VerifyUse", use),
            Vector("VerificationUse", verification(values.holder)),
            Vector("VerificationUse-without-a-holder", verification(nil)),
        ]
    }

    private func resolutions() throws -> [Vector] {
        func use(_ operatorDigest: Digest?) -> ResolveUse {
            ResolveUse(
                holder: values.holder, application: values.application, context: values.context, channel: .counter,
                basis: "查询通知书〔2026〕8号", nonce: values.nonce, operatorDigest: operatorDigest)
        }
        func resolution(_ use: ResolveUse) -> ResolutionUse {
            ResolutionUse(
                FixedValues.digest(0x66), use, by: (values.requester, values.key), at: values.time,
                height: values.height)
        }
        let (known, unknown) = (use(FixedValues.digest(0x67)), use(nil))
        let event = UsageEvent.resolution(resolution(known))
        return [
            Vector("ResolveUse", known),
            Vector("ResolveUse-without-an-operator", unknown),
            Vector("ResolutionUse", resolution(known)),
            Vector("ResolutionUse-without-an-operator", resolution(unknown)),
            Vector("UsagePointer-of-a-resolution", event.pointer(suite: FixedValues.suite)),
        ]
    }

    private func rules() throws -> [Vector] {
        let next = try DecisionRules.standard.next(
            ticketSeconds: 60, minimumLevel: .four, identityDepartments: [values.requester, values.owner])
        let proposal = TableProposal(table: next, approvals: [values.owner])
        return [
            Vector("DecisionRules", DecisionRules.standard),
            Vector("DecisionRules-next", next),
            Vector("DecisionRulesProposal", proposal),
            Vector("DecisionRulesAnswer", TableAnswer(table: .standard, proposal: proposal)),
            Vector("WindowCount", WindowCount(window: 20_454, count: 3)),
            Vector(
                "Pace",
                Pace(height: values.height, inBlock: 4, transaction: values.transaction, inTransaction: 2)),
        ]
    }
}
