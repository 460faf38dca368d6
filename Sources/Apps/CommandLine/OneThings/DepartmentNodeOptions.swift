import ArgumentParser
import Formats
import Identity
import Logging
import Nodes
import ZhenglianClient

/// How a command reaches the nodes of departments that keep content of cases.
struct DepartmentNodeOptions: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            "department/role/name=HOST:PORT of a department's node, or HOST:PORT as in the genesis; repeat for more. "
                + "By default a department's validator of the genesis."))
    var departmentNode: [String] = []

    /// Connects to the node of `department`, runs `body`, disconnects.
    /// - Throws: ``CommandFailure`` where there is no such node, and what `body` throws.
    func withService<Value>(
        of department: DepartmentName, _ connection: ConnectionOptions,
        _ body: (RemoteOneThingService) async throws -> Value
    ) async throws -> Value {
        let genesis = try connection.readGenesis()
        let directory = try connection.value(
            connection.identity, variable: "ZHENGLIAN_IDENTITY", option: "--identity")
        let service = try RemoteOneThingService(
            genesis: genesis, identity: try IdentityDirectory(directory).loadAll(suite: genesis.suite).transport,
            node: try node(of: department, genesis),
            logger: Logger(label: "client", factory: { _ in SwiftLogNoOpLogHandler() }))
        do {
            let value = try await body(service)
            await service.close()
            return value
        } catch {
            await service.close()
            throw error
        }
    }

    private func node(of department: DepartmentName, _ genesis: Genesis) throws -> NodeReference {
        let given = try departmentNode.map { text in
            guard let node = NodeReference(text, genesis: genesis) else {
                throw CommandFailure(
                    .wrongUse,
                    Phrase(
                        "'\(text)' is no node; write HOST:PORT as it stands in the genesis file, or "
                            + "department/role/name=HOST:PORT",
                        "“\(text)” 不是节点；请按创世文件书写 主机:端口，或写 部门/角色/名称=主机:端口"))
            }
            return node
        }
        let nodes = given + NodeReference.validators(of: genesis)
        guard let node = nodes.first(where: { $0.member.department == department }) else {
            throw CommandFailure(
                .wrongUse,
                Phrase(
                    "the genesis names no node of \(department): give --department-node",
                    "创世文件中没有 \(department) 的节点：请给出 --department-node"))
        }
        return node
    }
}
