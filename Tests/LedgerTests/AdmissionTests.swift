import Formats
import Identity
import Ledger
import LedgerTestKit
import Testing

struct AdmissionTests {
    private let scene: Scene
    private let disk: LedgerOnDisk
    private let now = TestConsortium.createdAt.advanced(by: .seconds(60))

    init() async throws {
        scene = try Scene()
        disk = try LedgerOnDisk(scene.consortium)
        try await disk.ledger.execute(scene.chain.blocks)
    }

    private func code(_ bytes: [UInt8], now: Timestamp? = nil) async -> AdmissionError.Code? {
        do {
            _ = try await disk.ledger.admit(bytes, now: now ?? self.now)
            return nil
        } catch {
            #expect(!error.message.isEmpty)
            return error.code
        }
    }

    private func bytes(
        by member: MemberIdentity,
        key: UInt64 = 0,
        last: UInt64 = 100,
        registering: Bool = false
    ) throws -> [UInt8] {
        try scene.consortium.transaction(
            [NotesContract.call("put")], by: member, key: key, lastValidHeight: Height(rawValue: last),
            registering: registering
        ).derBytes
    }

    @Test func aSoundTransactionIsTakenIn() async throws {
        let bytes = try bytes(by: scene.member)
        for _ in 0..<2 {
            let verified = try await disk.ledger.admit(bytes, now: now)
            #expect(verified.bytes == bytes)
            #expect(verified.transaction.derBytes == bytes)
            #expect(verified.identifier == verified.transaction.body.identifier(suite: scene.consortium.suite))
            #expect(verified.member == scene.member.member)
            #expect(verified.department == scene.member.member.department)
        }
    }

    @Test func bytesThatAreNoTransactionAreRefused() async throws {
        let sound = try bytes(by: scene.member)
        #expect(await code([]) == .malformed)
        #expect(await code(sound.dropLast()) == .malformed)
        #expect(await code(sound + [0]) == .malformed)
        #expect(
            await code([UInt8](repeating: 0x30, count: scene.consortium.genesis.limits.maximumTransactionBytes))
                == .malformed)
        #expect(
            await code([UInt8](repeating: 0x30, count: scene.consortium.genesis.limits.maximumTransactionBytes + 1))
                == .tooLarge)
    }

    @Test func placeAndLifetimeAreChecked() async throws {
        let other = try TestConsortium()
        let elsewhere = try other.transaction([NotesContract.call("put")], by: other.member("alice"))
        #expect(await code(elsewhere.derBytes) == .wrongChannel)
        let lifetime = scene.consortium.genesis.limits.transactionLifetime
        let cases: [(UInt64, AdmissionError.Code?)] = [
            (0, .expired), (1, .expired), (2, nil), (1 + lifetime, nil), (2 + lifetime, .lifetimeTooLong),
        ]
        for (last, expected) in cases {
            #expect(await code(try bytes(by: scene.member, last: last)) == expected, "up to \(last)")
        }
    }

    @Test func theSubmitterHasToBeKnownAndInForce() async throws {
        let bob = try scene.consortium.member("bob")
        #expect(await code(try bytes(by: bob)) == .submitterUnknown)
        #expect(await code(try bytes(by: bob, registering: true)) == nil)
        let stranger = try TestConsortium().member("alice")
        #expect(await code(try bytes(by: stranger, registering: true)) == .submitterUnknown)
        let sound = try bytes(by: scene.member)
        #expect(await code(sound) == nil)
        let late = TestConsortium.validity.upperBound.advanced(by: .seconds(1))
        #expect(await code(sound, now: late) == .submitterExpired)
    }

    @Test func aRevocationCountsFromTheNextBlockOn() async throws {
        var scene = scene
        let bob = try scene.consortium.member("bob")
        try scene.append([scene.transaction([], by: bob, registering: true)])
        try await disk.ledger.execute(scene.chain.blocks.suffix(1))
        let bytes = try bytes(by: bob)
        #expect(await code(bytes) == nil)
        let list = try scene.consortium.revocationList(revoking: [bob.certificate], number: 1)
        try scene.append([scene.transaction([CertificatesContract.publication(of: list.der)])])
        try await disk.ledger.execute(scene.chain.blocks.suffix(1))
        #expect(await code(bytes) == .submitterRevoked)
        #expect(await code(try self.bytes(by: scene.member)) == nil)
    }

    @Test func aSignatureOfAnotherKeyOrOverOtherContentIsRefused() async throws {
        let transaction = try scene.consortium.transaction([NotesContract.call("put")], by: scene.member)
        let mallory = try scene.consortium.member("mallory")
        let forged = try transaction.body.signed(with: mallory.key, suite: scene.consortium.suite)
        #expect(await code(forged.derBytes) == .wrongSignature)
        let other = try scene.consortium.transaction([NotesContract.call("put", "x")], by: scene.member)
        #expect(await code(Transaction(body: other.body, signature: transaction.signature).derBytes) == .wrongSignature)
        #expect(await code(Transaction(body: other.body, signature: Signature([])).derBytes) == .wrongSignature)
        let vote = try scene.member.key.sign(
            transaction.body.identifier(suite: scene.consortium.suite).digest, for: .vote)
        #expect(await code(Transaction(body: transaction.body, signature: vote).derBytes) == .wrongSignature)
    }

    @Test func aProposalsSignersAreFoundWhetherTheyAreInForceOrNot() async throws {
        var scene = scene
        let suite = scene.consortium.suite
        let bob = try scene.consortium.member("bob")
        let registering = try scene.transaction([], by: bob, registering: true)
        let unknown = try scene.transaction([NotesContract.call("put")], by: bob)
        let own = try scene.transaction([NotesContract.call("put")])
        let found = try await disk.ledger.signers(of: [own.encoded, registering.encoded])
        #expect(found == [scene.member.certificate, bob.certificate])
        let admission = TransactionAdmission(genesis: scene.consortium.genesis)
        #expect(try admission.verify(own.encoded, by: found[0]).identifier == own.identifier)
        let swapped = await failure(AdmissionError.self) { try admission.verify(own.encoded, by: found[1]) }
        #expect(swapped?.code == .wrongSignature)
        let error = await failure(AdmissionError.self) { try await disk.ledger.signers(of: [unknown.encoded]) }
        #expect(error?.code == .submitterUnknown)
        let list = try scene.consortium.revocationList(revoking: [scene.member.certificate], number: 1)
        try scene.append([scene.transaction([CertificatesContract.publication(of: list.der)])])
        try await disk.ledger.execute(scene.chain.blocks.suffix(1))
        let again = EncodedTransaction(own.transaction, suite: suite)
        #expect(try await disk.ledger.signers(of: [again]) == [scene.member.certificate])
    }

    @Test func aLedgerThatIsClosedSaysSo() async throws {
        let bytes = try bytes(by: scene.member)
        try disk.ledger.close()
        #expect(await code(bytes) == .unavailable)
    }
}
