package import Identity
package import Nodes

/// Everything that a diagnosis is made of: the facts of one node, and what was seen of the others from where the
/// command runs.
package struct Examination: Sendable {
    /// What another node said when it was asked, or why it did not.
    package struct Other: Sendable {
        package let member: MemberName
        package let health: NodeHealth?

        package init(member: MemberName, health: NodeHealth?) {
            self.member = member
            self.health = health
        }
    }

    package let node: NodeHealth
    package let others: [Other]
    /// The clock of whoever asks.
    package let time: Timestamp
    /// By how much a block's time may be ahead of a validator's clock, in milliseconds: the channel's.
    package let maximumClockDrift: Int64

    package init(node: NodeHealth, others: [Other], time: Timestamp, maximumClockDrift: Int64) {
        self.node = node
        self.others = others
        self.time = time
        self.maximumClockDrift = maximumClockDrift
    }

    /// What there is to say, the worst first.
    package var findings: [Finding] {
        let findings =
            quorumFindings + progressFindings + heightFindings + memoryFindings + contractFindings
            + CertificateFindings.about(node.certificates, at: node.time)
            + clockFindings + StorageFindings.about(node.storage) + refusalFindings + evidenceFindings
        let order: [Finding.Severity] = [.error, .warning, .notice]
        return order.flatMap { severity in findings.filter { $0.severity == severity } }
    }
}

func names(_ members: [MemberName]) -> String { members.map(\.description).joined(separator: ", ") }

/// 42 s, 5 min, 3 h.
func span(_ seconds: Double) -> String {
    switch seconds {
    case ..<120: "\(Int(seconds)) s"
    case ..<7_200: "\(Int(seconds / 60)) min"
    default: "\(Int(seconds / 3_600)) h"
    }
}
