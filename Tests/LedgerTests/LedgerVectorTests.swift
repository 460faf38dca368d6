import Formats
import Identity
import Ledger
import SwiftASN1
import Testing
import VectorTestKit

/// The bytes of the structures of the built-in contracts and of what nodes hand each other of a chain.
@Suite("Bytes of the ledger")
struct LedgerVectorTests {
    private static var range: FinalizedRange {
        let sealing = FixedValues.header(height: 8)
        let statement = VoteStatement.finalize(
            sealing.digest(suite: FixedValues.suite), in: sealing.view, epoch: sealing.epoch, channel: sealing.channel)
        return FinalizedRange(
            blocks: [Block(header: FixedValues.header(height: 7), transactions: [FixedValues.transaction])],
            headers: [sealing],
            finalization: FixedValues.certificate(of: statement))
    }

    private static func membership(_ department: DepartmentName) throws -> [Vector] {
        let member = member(department, .validator)
        let endpoint = NodeEndpoint(host: "node.example", port: 7_000)
        let node = MemberNode(certificate: [0x30, 0x00], endpoint: endpoint)
        let operations: [MembershipOperation] = [
            .add(node), .remove(member), .replace(member, by: node), .rotate([0x30, 0x00]), .move(member, to: endpoint),
        ]
        let arguments = MembershipProposalArguments(operations: operations, notice: 20, acceptsNoFaultTolerance: true)
        let announcement = EpochAnnouncement(
            proposal: 3, epoch: Epoch(rawValue: 2), firstHeight: Height(rawValue: 40))
        let validators = EpochValidators(
            epoch: Epoch(rawValue: 2), firstHeight: Height(rawValue: 40), certificates: [[0x30, 0x00]])
        let members = EpochMembers(
            announcedAt: Height(rawValue: 19), announcedTime: FixedValues.timestamp, endpoints: [endpoint],
            observers: [node])
        return [
            Vector("NodeEndpoint", endpoint), Vector("MemberNode", node), Vector("EpochMembers", members),
            Vector("LatestEpoch", LatestEpoch(epoch: Epoch(rawValue: 2))),
            Vector("EpochArguments", EpochArguments(epoch: Epoch(rawValue: 2))),
            Vector("EpochAnswer", EpochAnswer(validators: validators, members: members)),
            Vector("MembershipProposalArguments", arguments),
            Vector(
                "MembershipProposal",
                MembershipProposal(
                    number: 3, proposer: Self.member(department, .administrator), height: Height(rawValue: 7),
                    lastHeight: Height(rawValue: 100_007), arguments: arguments, approvals: [department])),
            Vector("ProposalReference", ProposalReference(number: 3)),
            Vector("EpochAnnouncement", announcement),
            Vector(
                "ProposalStanding-open",
                ProposalStanding(number: 3, approvals: [department], neededCount: 2, announcement: nil)),
            Vector(
                "ProposalStanding-decided",
                ProposalStanding(number: 3, approvals: [department], neededCount: 1, announcement: announcement)),
            Vector(
                "OpenProposals",
                OpenProposals(lastNumber: 3, lastHeight: Height(rawValue: 7), countAtLastHeight: 1, open: [2, 3])),
        ]
            + (try operations.enumerated().map { index, operation in
                Vector("MembershipOperation-\(index)", try Self.der(operation)) { bytes in
                    try Self.der(try MembershipOperation(derEncoded: bytes))
                }
            })
    }

    private static func contracts(_ department: DepartmentName) -> [Vector] {
        let (height, suite) = (Height(rawValue: 7), FixedValues.suite)
        let change = ContractChange(.activation, of: "catalogue", version: 2, at: Height(rawValue: 5_007))
        let cancellation = ContractChange(.cancellation, of: "catalogue", version: 2, at: Height(rawValue: 5_007))
        let digest = change.digest(suite: suite)
        let inForce = ContractActivation(version: 1, height: .zero)
        let planned = ContractActivation(version: 2, height: Height(rawValue: 5_007))
        let standing = ContractStanding(contract: "catalogue", inForce: inForce, planned: planned)
        let fresh = ContractStanding(contract: "later", inForce: nil, planned: planned)
        let open = OpenContractProposal(
            change: digest, contract: "catalogue", department: department, lastHeight: Height(rawValue: 4_007))
        let decision = ContractDecision(change: change, height: height, approvals: [department])
        return [
            Vector("ContractActivation", planned),
            Vector("ContractStanding", standing), Vector("ContractStanding-new", fresh),
            Vector(
                "ContractStanding-settled", ContractStanding(contract: "notes", inForce: inForce, planned: nil)),
            Vector("ContractVersions", ContractVersions([fresh, standing])),
            Vector("ContractChange", change), Vector("ContractChange-cancellation", cancellation),
            Vector(
                "ContractProposal",
                ContractProposal(
                    change: change, proposer: member(department, .administrator), height: height,
                    lastHeight: Height(rawValue: 4_007), approvals: [department])),
            Vector("ContractProposalReference", ContractProposalReference(digest)),
            Vector(
                "ContractProposalStanding",
                ContractProposalStanding(change: digest, approvals: [department], neededCount: 2)),
            Vector("OpenContractProposal", open),
            Vector(
                "OpenContractProposals",
                OpenContractProposals(lastHeight: height, countAtLastHeight: 1, open: [open])),
            Vector("ContractDecision", decision),
            Vector("ContractHistoryArguments", ContractHistoryArguments(first: 100, limit: 50)),
            Vector("ContractHistoryPage", ContractHistoryPage(count: 101, decisions: [decision])),
        ]
    }

    private static func misconduct(_ department: DepartmentName) -> [Vector] {
        let record = MisconductRecord(
            epoch: Epoch(rawValue: 2), offender: member(department, .validator), view: FixedValues.view,
            kind: .twoFinalizations, evidence: [0xa0, 0x00], reporter: member(department, .observer),
            height: Height(rawValue: 7))
        return [
            Vector("MisconductArguments", MisconductArguments(evidence: [0xa0, 0x00])),
            Vector("MisconductRecord", record),
            Vector("MisconductCount", MisconductCount(count: 2)),
            Vector("MisconductPageArguments", MisconductPageArguments(first: 100, limit: 50)),
            Vector("MisconductPage", MisconductPage(count: 101, records: [record])),
        ]
    }

    private static func member(_ department: DepartmentName, _ role: Role) -> MemberName {
        MemberName(department: department, role: role, name: department)
    }

    private static func der(_ operation: MembershipOperation) throws -> [UInt8] {
        var serializer = DER.Serializer()
        try serializer.serialize(operation)
        return serializer.serializedBytes
    }

    @Test func structuresAreThoseOfTheVectors() throws {
        guard let department = DepartmentName("market-regulation") else {
            Issue.record("this is a department's name")
            return
        }
        let height = Height(rawValue: 7)
        let file = VectorFile(
            "structures-ledger",
            comment: "Structures of the built-in contracts, from fixed bytes: name, SHA-256 of the DER, DER.")
        let vectors =
            [
                Vector("CertificateArguments", CertificateArguments(certificate: [0x30, 0x00])),
                Vector("RegisteredCertificate", RegisteredCertificate(certificate: [0x30, 0x00], height: height)),
                Vector(
                    "CertificateKeyArguments", CertificateKeyArguments(key: KeyIdentifier(FixedValues.digest(0x50)))),
                Vector("RevocationArguments", RevocationArguments(list: [0x30, 0x00])),
                Vector("PublishedRevocations", PublishedRevocations(number: 3, height: height, list: [0x30, 0x00])),
                Vector("DepartmentArguments", DepartmentArguments(department: department)),
                Vector("RevokedCertificate", RevokedCertificate(revokedAt: FixedValues.timestamp)),
                Vector("NoResult", NoResult()),
                Vector("FinalizedRange", Self.range),
            ] + (try Self.membership(department)) + Self.misconduct(department) + Self.contracts(department)
        #expect(try file.differences(from: vectors) == [])
    }
}
