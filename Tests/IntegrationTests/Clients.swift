import Formats
import Identity
import LocalConsortium
import Logging
import Nodes

extension LocalRun {
    var genesis: Genesis {
        get throws { try GenesisFile.read(folder.genesis) }
    }

    func identity(at directory: String) throws -> MemberIdentity {
        try IdentityDirectory(directory).load(suite: try genesis.suite)
    }

    /// A client in this process that turns to `first`, and to the others when that one does not answer.
    func client(
        as identity: MemberIdentity, first: Int = 0, clock: any WallClock = SystemWallClock()
    ) throws -> RemoteLedgerClient {
        let genesis = try genesis
        let validators = NodeReference.validators(of: genesis)
        return try RemoteLedgerClient(
            genesis: genesis,
            identity: identity,
            nodes: Array(validators[first...] + validators[..<first]),
            clock: clock,
            logger: Logger(label: "test", factory: { _ in SwiftLogNoOpLogHandler() })
        )
    }
}
