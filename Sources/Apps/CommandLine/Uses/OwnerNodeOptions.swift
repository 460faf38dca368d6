import ArgumentParser
import Formats
import Foundation
import Identity
import Logging
import Nodes
import ZhenglianClient

/// How a command reaches the node of the department that issued a licence.
struct OwnerNodeOptions: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            "HOST:PORT of the owner's node, or department/role/name=HOST:PORT; by default the owner's validator of the "
                + "genesis."))
    var ownerNode: String?

    /// Connects to the node of `owner`, runs `body`, disconnects.
    /// - Throws: ``CommandFailure`` where there is no such node, and what `body` throws.
    func withService(
        of owner: DepartmentName, _ connection: ConnectionOptions, _ body: (RemoteLicenceService) async throws -> Void
    ) async throws {
        let genesis = try connection.readGenesis()
        let directory = try connection.value(
            connection.identity, variable: "ZHENGLIAN_IDENTITY", option: "--identity")
        let identities = try IdentityDirectory(directory).loadAll(suite: genesis.suite)
        let service = try RemoteLicenceService(
            genesis: genesis, identity: identities.transport, node: try node(of: owner, genesis),
            logger: Logger(label: "client", factory: { _ in SwiftLogNoOpLogHandler() }))
        do {
            try await body(service)
        } catch {
            await service.close()
            throw error
        }
        await service.close()
    }

    private func node(of owner: DepartmentName, _ genesis: Genesis) throws -> NodeReference {
        guard let ownerNode else {
            guard let node = NodeReference.validators(of: genesis).first(where: { $0.member.department == owner })
            else {
                throw CommandFailure(
                    .wrongUse,
                    Phrase(
                        "the genesis names no node of \(owner): give --owner-node",
                        "创世文件中没有 \(owner) 的节点：请给出 --owner-node"))
            }
            return node
        }
        guard let node = NodeReference(ownerNode, genesis: genesis), node.member.department == owner else {
            throw CommandFailure(
                .wrongUse,
                Phrase(
                    "'\(ownerNode)' is no node of \(owner); write HOST:PORT as it stands in the genesis file, or "
                        + "department/role/name=HOST:PORT",
                    "“\(ownerNode)” 不是 \(owner) 的节点；请按创世文件书写 主机:端口，或写 部门/角色/名称=主机:端口"))
        }
        return node
    }
}
