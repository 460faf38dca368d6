import Consensus
import ConsensusSimulation
import Formats
import Identity
import Testing

@Suite struct ConsensusMessageTests {
    private let suite = P256Suite()
    private let channel = ChannelIdentifier(P256Suite().digest(of: [1]))

    private var messages: [ConsensusMessage] {
        get throws {
            let validators = ValidatorSet.simulated(4)
            let digest = suite.digest(of: [2])
            let view = View(rawValue: 7)
            let statement = VoteStatement.notarize(digest, in: view, epoch: .zero, channel: channel)
            let votes = try validators.indices.map {
                try Vote(statement, by: $0, key: SimulatedKey(number: $0.rawValue), suite: suite)
            }
            let certificate = try #require(
                QuorumCertificate(statement: statement, votes: votes, validators: validators))
            let proposal = ProposalStatement(
                channel: channel, epoch: .zero, view: view, parentView: .zero, parent: channel.digest, block: digest)
            let signed = try SignedProposal(proposal, key: SimulatedKey(number: 3), suite: suite)
            return [
                .proposal(Proposal(signed: signed, block: [1, 2, 3])),
                .vote(votes[0]),
                .certificate(certificate),
                .certificateRequest(CertificateRequest(channel: channel, epoch: .zero, views: [view, view.next])),
                .status(
                    ValidatorStatus(
                        channel: channel, epoch: .zero, view: view.next, finalizedView: .zero,
                        wantsAnswer: true, certificate: certificate)),
                .status(
                    ValidatorStatus(
                        channel: channel, epoch: .zero, view: View(rawValue: 1), finalizedView: .zero,
                        wantsAnswer: false, certificate: nil)),
            ]
        }
    }

    @Test func everyMessageSurvivesTheWire() throws {
        for message in try messages {
            #expect(try ConsensusMessage(derBytes: message.derBytes) == message)
        }
    }

    @Test func everySignatureIsChecked() throws {
        let verifier = MessageVerifier(validators: .simulated(4), suite: suite)
        for message in try messages {
            try verifier.verify(message)
        }
        let statement = VoteStatement.nullify(View(rawValue: 3), epoch: .zero, channel: channel)
        let forged = Vote(statement: statement, validator: ValidatorIndex(rawValue: 1), signature: Signature([2]))
        #expect(throws: VerificationError(.wrongSignature, "")) { try verifier.verify(.vote(forged)) }
    }

    @Test func noPrefixOfAMessageIsAMessage() throws {
        for message in try messages {
            let bytes = message.derBytes
            for count in 0..<bytes.count {
                #expect(throws: FormatError.self) { try ConsensusMessage(derBytes: Array(bytes.prefix(count))) }
            }
        }
    }

    @Test func noDamagedByteCrashesTheDecoder() throws {
        for message in try messages {
            let bytes = message.derBytes
            for index in bytes.indices {
                for change in [UInt8(1), 0x80, 0xFF] {
                    var damaged = bytes
                    damaged[index] ^= change
                    if let decoded = try? ConsensusMessage(derBytes: damaged) {
                        #expect(decoded.derBytes == damaged, "DER has one encoding")
                    }
                }
            }
        }
    }

    @Test func anOversizedMessageIsRefusedUnread() throws {
        #expect(throws: FormatError(.tooLarge, "")) {
            try ConsensusMessage(derBytes: [UInt8](repeating: 0, count: 100), limit: 99)
        }
    }
}
