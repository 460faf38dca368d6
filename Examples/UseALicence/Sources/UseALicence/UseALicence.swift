import Formats
import Identity
import Licences
import Logging
import Nodes
import ZhenglianClient

/// Asks the ledger whether this department may see who holds a licence, on a statutory basis that its owner has
/// declared, and fetches the answer from the owner's node.
///
///     UseALicence GENESIS IDENTITY LICENCE BASIS ITEM
@main
struct UseALicence {
    static func main() async throws {
        guard CommandLine.arguments.count == 6 else {
            return print("usage: UseALicence GENESIS IDENTITY LICENCE BASIS ITEM")
        }
        let genesis = try GenesisFile.read(CommandLine.arguments[1])
        let identities = try IdentityDirectory(CommandLine.arguments[2]).loadAll(suite: genesis.suite)
        let licence = try LicenceIdentifier(CommandLine.arguments[3])
        guard let digest = Digest(hexadecimal: CommandLine.arguments[4]) else {
            return print("a basis has 64 hexadecimal digits")
        }
        let logger = Logger(label: "use-a-licence")
        // Any validator will do: what it says is checked where it matters.
        let ledger = try RemoteLedgerClient(
            genesis: genesis, identity: identities.transport, nodes: NodeReference.validators(of: genesis),
            logger: logger)
        let client = ZhenglianClient(ledger: ledger, identity: identities.ledger)
        try await use(
            licence, on: BasisIdentifier(digest), item: try ItemCode(CommandLine.arguments[5]), client, identities,
            logger)
        await ledger.close()
    }

    private static func use(
        _ licence: LicenceIdentifier, on basis: BasisIdentifier, item: ItemCode, _ client: ZhenglianClient,
        _ identities: MemberIdentities, _ logger: Logger
    ) async throws {
        // What comes is encrypted to this key, which nobody else has and nobody keeps.
        let key = client.genesis.suite.recipientCipher.generateKey()
        let decision = try await client.uses.decide(
            UseRequest(
                licence: licence, application: try ApplicationName("example"), authority: .statutoryBasis(basis),
                context: UseContext(purpose: try PurposeCode("EXAMPLE"), item: item), action: .query,
                fields: [.holderName], channel: .interface, recipientKey: key.subjectPublicKeyInfo))
        guard decision.isAllowed else {
            for reason in decision.reasons { print("denied:", reason.sentence.english, reason.sentence.chinese) }
            return
        }
        guard
            let owner = NodeReference.validators(of: client.genesis)
                .first(where: { $0.member.department == decision.owner })
        else { return print("the genesis names no node of \(decision.owner)") }
        let service = try RemoteLicenceService(
            genesis: client.genesis, identity: identities.transport, node: owner, logger: logger)
        // Checked on the way: each field against the licence's evidence, by receipts of the ledger.
        let content = try await client.releases.fetch(
            decision.identifier, kind: .fields, key: key, from: service)
        for disclosure in content.disclosures { print(disclosure.field.name.rawValue, disclosure.field.value) }
        await service.close()
    }
}
