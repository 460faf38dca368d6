import Formats
import Identity
import Ledger
import LedgerTestKit
import Testing

struct CertificatesTests {
    private var createdAt: Timestamp { TestConsortium.createdAt }

    private func registration(_ identity: MemberIdentity) -> Call {
        CertificatesContract.registration(of: identity.certificate.der)
    }

    @Test func theFirstCallMayIntroduceTheSubmitter() throws {
        var scene = try Scene()
        let bob = try scene.consortium.member("bob", department: 1)
        #expect(try scene.outcome(of: [NotesContract.call("put")], by: bob).rejectionCode == "submitterUnknown")
        let later = [NotesContract.call("put"), registration(bob)]
        #expect(try scene.outcome(of: later, by: bob).rejectionCode == "submitterUnknown")
        #expect(try scene.outcome(of: [NotesContract.call("put")], by: bob, registering: true).rejectionCode == nil)
        #expect(try scene.outcome(of: [NotesContract.call("put")], by: bob).rejectionCode == nil)
    }

    @Test func registeringTheSameCertificateAgainChangesNothing() throws {
        var scene = try Scene()
        let outcome = try scene.outcome(of: [registration(scene.member)])
        let entry = RegisteredCertificate(certificate: scene.member.certificate.der, height: Height(rawValue: 1))
        #expect(outcome.status == .applied(events: [], returnValues: [entry.derBytes]))
        #expect(scene.chain.executed.last?.changes == [])
    }

    @Test func aRegistrationThatFailsLaterIntroducesNobody() throws {
        var scene = try Scene()
        let bob = try scene.consortium.member("bob")
        let calls = [NotesContract.call("refuse")]
        #expect(try scene.outcome(of: calls, by: bob, registering: true).rejectionCode == "refused")
        #expect(try scene.outcome(of: [NotesContract.call("put")], by: bob).rejectionCode == "submitterUnknown")
    }

    @Test func onlyTheHolderOfTheKeyRegistersIt() throws {
        var scene = try Scene()
        let bob = try scene.consortium.member("bob")
        #expect(try scene.outcome(of: [registration(bob)]).rejectionCode == "notPermitted")
    }

    @Test func certificatesThatNoAuthorityVouchesForAreRefused() throws {
        var scene = try Scene()
        let stranger = try TestConsortium().member("alice")
        #expect(try scene.outcome(of: [], by: stranger, registering: true).rejectionCode == "submitterUnknown")
        #expect(try scene.outcome(of: [registration(stranger)]).rejectionCode == "unknownAuthority")
        let garbage = CertificatesContract.registration(of: [1, 2, 3])
        #expect(try scene.outcome(of: [garbage]).rejectionCode == "malformedCertificate")
        let long = Call(
            contract: "certificates", method: "register",
            arguments: CertificateArguments(certificate: [UInt8](repeating: 0, count: 5_000)).derBytes)
        #expect(try scene.outcome(of: [long]).rejectionCode == "malformedArguments")
    }

    @Test func aRenewedCertificateReplacesAnOlderOneOfTheSameMember() throws {
        var scene = try Scene()
        let key = scene.member.key
        let end = TestConsortium.validity.upperBound
        let renewed = try scene.consortium.member(
            "alice", key: key, validity: createdAt.advanced(by: .seconds(-10))...end)
        let event = try scene.outcome(of: [registration(renewed)])
        let entry = RegisteredCertificate(certificate: renewed.certificate.der, height: Height(rawValue: 2))
        let announced = LedgerEvent(contract: "certificates", name: "registered", payload: entry.derBytes)
        #expect(event.status == .applied(events: [announced], returnValues: [entry.derBytes]))
        #expect(try scene.outcome(of: [registration(scene.member)]).rejectionCode == "notNewer")
        let namesake = try scene.consortium.member("bob", key: key, validity: createdAt...end)
        #expect(try scene.outcome(of: [registration(namesake)]).rejectionCode == "keyTaken")
    }

    @Test func aSubmitterIsRejectedOutsideOfItsValidityByBlockTime() throws {
        var scene = try Scene()
        let end = createdAt.advanced(by: .seconds(4))
        let brief = try scene.consortium.member("brief", validity: createdAt.advanced(by: .seconds(-10))...end)
        #expect(try scene.outcome(of: [], by: brief, registering: true).height == Height(rawValue: 2))
        #expect(scene.chain.executed.last?.outcomes.last?.rejectionCode == nil)
        try scene.append()
        // The block at height 4 has exactly the last moment of validity as its timestamp.
        #expect(try scene.outcome(of: [NotesContract.call("put")], by: brief).rejectionCode == nil)
        #expect(try scene.outcome(of: [NotesContract.call("put")], by: brief).rejectionCode == "submitterExpired")
        let renewed = try scene.consortium.member("brief", key: brief.key)
        #expect(try scene.outcome(of: [], by: renewed, registering: true).rejectionCode == "notNewer")
        let newer = try scene.consortium.member(
            "brief", key: brief.key, validity: createdAt...TestConsortium.validity.upperBound)
        #expect(try scene.outcome(of: [NotesContract.call("put")], by: newer, registering: true).rejectionCode == nil)
    }

    @Test func aRevokedSubmitterIsRejectedFromTheNextTransactionOn() throws {
        var scene = try Scene()
        let bob = try scene.consortium.member("bob")
        _ = try scene.outcome(of: [], by: bob, registering: true)
        let list = try scene.consortium.revocationList(revoking: [bob.certificate], number: 1)
        try scene.append([
            scene.transaction([NotesContract.call("put")], by: bob),
            scene.transaction([CertificatesContract.publication(of: list.der)]),
            scene.transaction([NotesContract.call("put")], by: bob),
        ])
        let codes = scene.chain.executed.last?.outcomes.map(\.rejectionCode)
        #expect(codes == [nil, nil, "submitterRevoked"])
        #expect(try scene.outcome(of: [registration(bob)], by: bob).rejectionCode == "submitterRevoked")
        let renewed = try scene.consortium.member(
            "bob", key: bob.key, validity: createdAt...TestConsortium.validity.upperBound)
        #expect(try scene.outcome(of: [NotesContract.call("put")], by: renewed, registering: true).rejectionCode == nil)
    }

    @Test func aCertificateThatIsRevokedBeforeItWasSeenCannotRegister() throws {
        var scene = try Scene()
        let bob = try scene.consortium.member("bob")
        let list = try scene.consortium.revocationList(revoking: [bob.certificate], number: 1)
        _ = try scene.outcome(of: [CertificatesContract.publication(of: list.der)])
        #expect(try scene.outcome(of: [], by: bob, registering: true).rejectionCode == "submitterRevoked")
    }

    @Test func onlyNewerListsAreTakenAndWhatTheyLeaveOutIsRevokedNoLonger() throws {
        var scene = try Scene()
        let consortium = scene.consortium
        let bob = try consortium.member("bob")
        let carol = try consortium.member("carol")
        _ = try scene.outcome(of: [], by: bob, registering: true)
        _ = try scene.outcome(of: [], by: carol, registering: true)
        func publish(_ certificates: [MemberCertificate], _ number: UInt64) throws -> String? {
            let list = try consortium.revocationList(revoking: certificates, number: number)
            return try scene.outcome(of: [CertificatesContract.publication(of: list.der)]).rejectionCode
        }
        #expect(try publish([bob.certificate], 5) == nil)
        #expect(try publish([], 5) == "notNewer")
        #expect(try publish([], 4) == "notNewer")
        #expect(try scene.outcome(of: [NotesContract.call("put")], by: bob).rejectionCode == "submitterRevoked")
        #expect(try publish([carol.certificate], 6) == nil)
        #expect(try scene.outcome(of: [NotesContract.call("put")], by: bob).rejectionCode == nil)
        #expect(try scene.outcome(of: [NotesContract.call("put")], by: carol).rejectionCode == "submitterRevoked")
    }

    @Test func theSameListAgainChangesNothing() throws {
        var scene = try Scene()
        let list = try scene.consortium.revocationList(revoking: [], number: 1)
        #expect(try scene.outcome(of: [CertificatesContract.publication(of: list.der)]).rejectionCode == nil)
        #expect(try scene.outcome(of: [CertificatesContract.publication(of: list.der)]).rejectionCode == nil)
        #expect(scene.chain.executed.last?.changes == [])
    }

    @Test func listsThatNoAuthorityHasSignedAreRefused() throws {
        var scene = try Scene()
        let foreign = try TestConsortium().revocationList(revoking: [], number: 1)
        #expect(
            try scene.outcome(of: [CertificatesContract.publication(of: foreign.der)]).rejectionCode
                == "wrongSignature")
        #expect(
            try scene.outcome(of: [CertificatesContract.publication(of: [0x30])]).rejectionCode
                == "malformedCertificate")
        let vast = try scene.consortium.revocationList(revoking: [], number: 1 << 63)
        #expect(
            try scene.outcome(of: [CertificatesContract.publication(of: vast.der)]).rejectionCode
                == "malformedArguments")
    }

    @Test func oneDepartmentsListRevokesNobodyOfAnother() throws {
        var scene = try Scene()
        let bob = try scene.consortium.member("bob", department: 1)
        _ = try scene.outcome(of: [], by: bob, registering: true)
        let list = try scene.consortium.revocationList(department: 0, revoking: [bob.certificate], number: 1)
        #expect(try scene.outcome(of: [CertificatesContract.publication(of: list.der)]).rejectionCode == nil)
        #expect(try scene.outcome(of: [NotesContract.call("put")], by: bob).rejectionCode == nil)
    }

    @Test func queriesShowCertificatesAndLists() async throws {
        var scene = try Scene()
        let list = try scene.consortium.revocationList(revoking: [], number: 3)
        _ = try scene.outcome(of: [CertificatesContract.publication(of: list.der)])
        let disk = try LedgerOnDisk(scene.consortium)
        try await disk.ledger.execute(scene.chain.blocks)
        let key = scene.member.certificate.publicKey.identifier
        let byKey = try await disk.ledger.query(
            "certificates", "byKey", arguments: CertificateKeyArguments(key: key).derBytes)
        let entry = RegisteredCertificate(certificate: scene.member.certificate.der, height: Height(rawValue: 1))
        #expect(try byKey.value() == entry.derBytes)
        #expect(byKey.height == Height(rawValue: 2))
        for (department, expected) in [(0, 3), (1, nil)] as [(Int, Int64?)] {
            let name = scene.consortium.authorities[department].anchor.department
            let answer = try await disk.ledger.query(
                "certificates", "revocations", arguments: DepartmentArguments(department: name).derBytes)
            switch answer.result {
            case .success(let bytes):
                let published = try PublishedRevocations(derBytes: bytes, limit: 1 << 20)
                #expect(published.number == expected)
                #expect(published.list == list.der)
            case .failure(let error):
                #expect(error.code == .notFound)
                #expect(expected == nil)
            }
        }
    }
}
