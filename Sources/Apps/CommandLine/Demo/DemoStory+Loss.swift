import Formats
import Foundation
import Licences
import LocalConsortium
import Nodes

extension DemoStory {
    /// Small transactions, so that the import takes long enough for a person to see it go on.
    private static let batchOptions = ["--batch", "4", "--concurrency", "2"]

    /// The node that is lost: the last, to which nobody in this story talks.
    private var victim: Department { plan.departments[plan.departments.count - 1] }

    func killWhileImporting(_ nodes: ConsortiumNodes) async throws -> Phrase {
        let issuer = plan.departments[0]
        let table = "\(work)/further.csv"
        let count = try writeFurtherLicences(to: table)
        let command =
            [
                "licence", "import", table, "--salts", "\(folder.path)/salts", "--receipts", receipts,
                "--pseudonym-keys", pseudonymKeys,
            ] + Self.batchOptions + nodes.consortium.clientOptions(as: issuer, at: issuer)
        let before = try await nodes.waitUntilAgreed(plan.departments).height
        narrator.show(command)
        async let importing: DemoAnswer.Import = narrator.answer(command)
        let loss = try await kill(nodes, above: before, watching: issuer)
        let answer = try await importing
        guard answer.isComplete, answer.issued == count, answer.refused.isEmpty else {
            throw DemoFailure("of \(count) licences, \(answer.issued) were issued")
        }
        let survivors = plan.departments.filter { $0.name != victim.name }
        let after = try await nodes.waitUntilAgreed(survivors).height
        guard after > loss else {
            throw DemoFailure("the import was over at height \(after), before the node was killed at \(loss)")
        }
        return Phrase(
            "killed at height \(loss), process \(victim.name); the import went on to height \(after), "
                + "and all \(count) licences are there",
            "在高度 \(loss) 终止了 \(victim.name) 的节点；上链继续至高度 \(after)，\(count) 张证照一张不少"
        )
    }

    func bringBack(_ nodes: ConsortiumNodes) async throws -> Phrase {
        narrator.show(nodes.consortium.runCommand(of: victim))
        try await nodes.start(victim)
        try await nodes.waitUntilUp(victim)
        for department in plan.departments {
            narrator.show(["node", "status"] + nodes.consortium.clientOptions(as: department, at: department))
        }
        let head = try await nodes.waitUntilAgreed(plan.departments)
        return Phrase(
            "all \(plan.departments.count) nodes have the same head: height \(head.height), block \(head.head), "
                + "state \(head.stateRoot)",
            "\(plan.departments.count) 个节点完全一致：高度 \(head.height)，区块 \(head.head)，状态 \(head.stateRoot)"
        )
    }

    /// Kills the victim as soon as the import has got somewhere.
    /// - Returns: the height at which that was seen.
    private func kill(
        _ nodes: ConsortiumNodes, above height: Height, watching department: Department
    ) async throws -> Height {
        let seen = try await nodes.waitUntilHeight(of: department, passes: height)
        if let process = await nodes.processIdentifier(of: victim) { narrator.show(shell: "kill -KILL \(process)") }
        await nodes.kill(victim)
        return seen
    }

    /// As many licences again as the department's table has: the same holders, other numbers, and no files, because
    /// each file belongs to one licence.
    private func writeFurtherLicences(to path: String) throws -> Int {
        let text = try String(contentsOf: input.licences, encoding: .utf8)
        var lines = text.split(separator: "\n").map(String.init)
        for index in lines.indices.dropFirst() {
            var values = lines[index].split(separator: ",", omittingEmptySubsequences: false).map(String.init)
            let identifier = try LicenceIdentifier(values[0])
            guard case .organisation(let issuer) = identifier.issuerCode else {
                throw DemoFailure("\(identifier) names no organisation")
            }
            values[0] =
                LicenceIdentifier(
                    typeCode: identifier.typeCode,
                    issuerCode: issuer,
                    serial: try LicenceSerial("\(identifier.serial.text)A"),
                    version: .first
                ).text
            values[values.count - 1] = ""
            lines[index] = values.joined(separator: ",")
        }
        try Data((lines.joined(separator: "\n") + "\n").utf8).write(to: URL(fileURLWithPath: path))
        return lines.count - 1
    }
}
