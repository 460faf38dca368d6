import Foundation
import LocalConsortium

extension DemoStory {
    func found() async throws -> (FoundedConsortium, Phrase) {
        let consortium = try await FoundedConsortium(
            plan, in: folder, executable: narrator.executable, observe: narrator.show)
        for path in [work, receipts] {
            try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
        }
        let titles = plan.departments.map(\.title).joined(separator: "、")
        return (
            consortium,
            Phrase(
                "\(plan.departments.count) departments, each with an authority, a node and a client: \(titles)",
                "\(plan.departments.count) 个部门，各有证书机构、节点与客户端：\(titles)"
            )
        )
    }

    func start(_ nodes: ConsortiumNodes) async throws -> Phrase {
        for department in plan.departments {
            narrator.show(nodes.consortium.runCommand(of: department))
        }
        try await nodes.startAll()
        var processes: [String] = []
        for department in plan.departments {
            guard let process = await nodes.processIdentifier(of: department) else { continue }
            processes.append("\(department.name) \(nodes.consortium.address(of: department)) (\(process))")
        }
        let list = processes.joined(separator: ", ")
        return Phrase("all answer: \(list)", "全部就绪：\(list)")
    }
}
