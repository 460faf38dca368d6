import ArgumentParser
import Identity
import Ledger
import Nodes

/// What every proposal about members may say.
struct ProposalOptions: ParsableArguments {
    @Option(help: "Blocks between the decision and the change, 16 to 10000.")
    var notice = ValidatorSchedule.minimumNotice

    @Flag(help: "Accept that fewer than four validators tolerate no fault.")
    var acceptNoFaultTolerance = false

    func validate() throws {
        let range = ValidatorSchedule.minimumNotice...ValidatorSchedule.maximumNotice
        guard range.contains(notice) else {
            throw ValidationError("--notice is \(range.lowerBound) to \(range.upperBound)")
        }
    }
}

/// A node's certificate, for the ledger, in a file.
enum NodeCertificateFile {
    static func read(_ path: String) throws -> MemberCertificate {
        let certificate = try MemberCertificate(pem: try ProtectedFile.text(of: path, limit: 64 * 1024))
        guard certificate.member.role == .validator || certificate.member.role == .observer else {
            throw CommandFailure(
                .wrongUse,
                Phrase(
                    "\(path) is the certificate of \(certificate.member), which is no node by its role",
                    "\(path) 是 \(certificate.member) 的证书，其角色不是节点"))
        }
        return certificate
    }

    static func endpoint(_ host: String, _ port: Int) throws -> NodeEndpoint {
        guard NodeEndpoint.isHost(host), (1...65_535).contains(port) else {
            throw CommandFailure(
                .wrongUse, Phrase("'\(host)' port \(port) is no address", "“\(host)” 端口 \(port) 不是有效地址"))
        }
        return NodeEndpoint(host: host, port: port)
    }
}
