import Formats
import Foundation
import Identity
import Ledger
import LoadGeneration
import LocalConsortium
import Nodes
import Testing

extension IntegrationTests {
    /// Who may not ask, or asks wrongly, is told so by exit status: 1 refused, 2 wrong use, 3 not reached.
    @Suite("Clients that are refused")
    struct ClientRefusalTests {
        /// A clock that stood still at some time.
        private struct HeldClock: WallClock {
            let now: Timestamp
        }

        @Test func certificatesThatDoNotCountAreRefused() async throws {
            try await LocalRun.with(departments: 2) { run in
                let market = run.departments[0]
                try await run.nodes.startAll()
                try await LocalRun.with(departments: 1, named: "another") { another in
                    let foreign = try await status(run, identity: another.folder.client(of: market.name))
                    #expect(foreign.status == 1, "\(foreign.errors)")
                }
                let expired = try expiredIdentity(run, market)
                let late = try await status(run, identity: expired)
                #expect(late.status == 1, "\(late.errors)")

                // A program that believes its own wrong clock is refused by the node.
                let identity = try run.identity(at: expired)
                let client = try run.client(as: identity, clock: HeldClock(now: identity.certificate.notBefore))
                await #expect(throws: LedgerClientError.self) { try await client.status() }
                await client.close()

                let mixed = "\(run.folder.path)/mixed"
                try FileManager.default.copyItem(atPath: run.folder.client(of: market.name), toPath: mixed)
                try FileManager.default.removeItem(atPath: "\(mixed)/private.key")
                try FileManager.default.copyItem(
                    atPath: "\(run.folder.client(of: run.departments[1].name))/private.key",
                    toPath: "\(mixed)/private.key")
                let swapped = try await status(run, identity: mixed)
                #expect(swapped.status == 1, "\(swapped.errors)")
                // And one that counts is not.
                #expect(try await status(run, identity: run.folder.client(of: market.name)).status == 0)
                try await expectForeignDepartmentIsRejected(run)
            }
        }

        /// The ledger itself refuses, whatever a client's own checks would have said.
        private func expectForeignDepartmentIsRejected(_ run: LocalRun) async throws {
            let records = try LoadRecords(
                genesis: try run.genesis,
                department: try run.identity(at: run.folder.client(of: "market")).member.department,
                byteCount: nil,
                run: 1
            )
            let identity = try run.identity(at: run.folder.client(of: "tax"))
            let client = try run.client(as: identity)
            let submitter = Submitter(client: client, identity: identity)
            let error = await #expect(throws: TransactionRejected.self) {
                try await submitter.submit([try records.call(client: 0, sequence: 0)])
            }
            #expect(error?.code == .notPermitted)
            await client.close()
        }

        @Test func aNodeThatIsDownIsNotReachedAndOneThatIsUnknownIsWrongUse() async throws {
            try await LocalRun.with(departments: 1) { run in
                let market = run.departments[0]
                let down = try await status(run, identity: run.folder.client(of: market.name))
                #expect(down.status == 3, "\(down.errors)")
                let unknown = try await run.command([
                    "node", "status", "--node", "127.0.0.1:1", "--genesis", run.folder.genesis,
                    "--identity", run.folder.client(of: market.name),
                ])
                #expect(unknown.status == 2, "\(unknown.errors)")
                #expect(unknown.errors.contains("127.0.0.1:1"))
                let nobody = try await status(run, identity: "\(run.folder.path)/nobody")
                #expect(nobody.status == 2, "\(nobody.errors)")
                let failure = try JSONSerialization.jsonObject(
                    with: Data(
                        try await run.command([
                            "node", "status", "--json", "--genesis", run.folder.genesis, "--identity",
                            run.folder.client(of: market.name),
                        ]).output.utf8))
                let object = try #require((failure as? [String: Any])?["error"] as? [String: Any])
                #expect(object["status"] as? Int == 3)
            }
        }

        @Test(arguments: [
            ["node", "status"],
            ["node", "status", "--genesis", "/nowhere/genesis.der", "--identity", "/nowhere"],
            ["node", "status", "--colour"],
            ["node", "fly"],
            ["licence", "import"],
            ["load", "--clients", "0"],
            ["load", "--seconds", "many"],
            ["demo", "--departments", "11"],
            ["demo", "--once", "--input", "/nowhere"],
            ["demo", "--once", "--directory", "/usr"],
        ])
        func wrongUseIsStatusTwoWithAReason(arguments: [String]) async throws {
            let result = try await LocalRun.program().run(arguments)
            #expect(result.status == 2, "\(result.errors)")
            #expect(!result.errors.isEmpty)
            #expect(result.output.isEmpty)
        }

        private func status(_ run: LocalRun, identity: String) async throws -> Executable.Result {
            try await run.command([
                "node", "status", "--node", run.consortium.address(of: run.departments[0]),
                "--genesis", run.folder.genesis, "--identity", identity,
            ])
        }

        /// A certificate of the right authority that is over.
        private func expiredIdentity(_ run: LocalRun, _ department: ConsortiumPlan.Department) throws -> String {
            let genesis = try run.genesis
            var authority = try AuthorityDirectory.open(
                run.folder.authority(of: department.name))
            // The authority has been there for five minutes: within them, the certificate was valid for one.
            let now = SystemWallClock().now
            let directory = "\(run.folder.path)/expired"
            _ = try IdentityDirectory(directory).create(
                for: MemberName(
                    department: authority.department, role: .client, name: try #require(Label("late"))),
                in: genesis.document.consortium,
                authority: &authority,
                validity: now.advanced(by: .seconds(-200))...now.advanced(by: .seconds(-140))
            )
            return directory
        }
    }
}
