import Foundation
import LocalConsortium
import Testing

extension IntegrationTests {
    /// The suite sm, under which every member has a certificate for the ledger (SM2) and one for TLS (P-256).
    @Suite("The national suite")
    struct SuiteTests {
        @Test func membersUseBothTheirCertificatesUntilOneWordRevokesThem() async throws {
            try await LocalRun.with(departments: 2, suite: "sm") { run in
                try await run.nodes.startAll()
                let desk = "\(run.folder.path)/desk"
                try await certify("market/client/desk", in: desk, run)
                let known = try await status(run, identity: desk)
                #expect(known.status == 0, "\(known.errors)")

                let authority = ["--authority", run.folder.authority(of: "market")]
                try await run.executable.mustSucceed(["ca", "revoke", "--member", "market/client/desk"] + authority)
                try await run.executable.mustSucceed(
                    ["ca", "crl", "--publish"] + authority
                        + run.consortium.clientOptions(as: run.departments[0], at: run.departments[0]))
                let revoked = try await status(run, identity: desk)
                #expect(revoked.status != 0)
                #expect(revoked.errors.contains("revoked"), "\(revoked.errors)")
                #expect(try await status(run, identity: run.folder.client(of: "market")).status == 0)
            }
        }

        @Test func certificatesThatDoNotBelongTogetherAreRefused() async throws {
            try await LocalRun.with(departments: 2, suite: "sm") { run in
                try await run.nodes.startAll()
                let files = FileManager.default
                let mixed = "\(run.folder.path)/mixed"
                try files.copyItem(atPath: run.folder.client(of: "market"), toPath: mixed)
                for name in ["tls-certificate.pem", "tls-private.key"] {
                    try files.removeItem(atPath: "\(mixed)/\(name)")
                    try files.copyItem(
                        atPath: "\(run.folder.client(of: "tax"))/\(name)", toPath: "\(mixed)/\(name)")
                }
                let stranger = try await status(run, identity: mixed)
                #expect(stranger.status == 1)
                #expect(stranger.errors.contains("wrongMember"), "\(stranger.errors)")

                // What is for TLS signs nothing, and the other way round.
                let swapped = "\(run.folder.path)/swapped"
                try files.createDirectory(atPath: swapped, withIntermediateDirectories: true)
                for name in ["certificate.pem", "private.key"] {
                    let client = run.folder.client(of: "market")
                    try files.copyItem(atPath: "\(client)/tls-\(name)", toPath: "\(swapped)/\(name)")
                    try files.copyItem(atPath: "\(client)/\(name)", toPath: "\(swapped)/tls-\(name)")
                }
                let wrong = try await status(run, identity: swapped)
                #expect(wrong.status == 1)
                #expect(wrong.errors.contains("wrongSuite"), "\(wrong.errors)")
            }
        }

        @Test func aConsortiumOfTwoSuitesIsNotFounded() async throws {
            let folder = try ConsortiumFolder.temporary(named: "zhenglian-test")
            defer { try? folder.remove() }
            let program = try LocalRun.program()
            for (department, suite) in [("market", "sm"), ("tax", "p256")] {
                let authority = folder.authority(of: department)
                try await program.mustSucceed(
                    ["ca", "init", "--department", department, "--directory", authority, "--suite", suite])
                try await program.mustSucceed([
                    "ca", "issue", "--authority", authority, "--consortium", "test", "--role", "validator",
                    "--name", "node", "--directory", folder.identity(ofNodeOf: department),
                ])
            }
            func found(_ departments: [String], validator: String) async throws -> Executable.Result {
                try await program.run(
                    ["consortium", "init", "--name", "test", "--output", folder.genesis, "--language", "en"]
                        + departments.flatMap { ["--department", "\(folder.authority(of: $0))/authority.pem=\($0)"] }
                        + ["--validator", "\(validator)=127.0.0.1:7101"])
            }
            let market = folder.identity(ofNodeOf: "market")
            let mixed = try await found(["market", "tax"], validator: "\(market)/certificate.pem")
            #expect(mixed.status == 2)
            #expect(mixed.errors.contains("market: sm, tax: p256"), "\(mixed.errors)")
            for validator in ["\(market)/tls-certificate.pem", "\(folder.identity(ofNodeOf: "tax"))/certificate.pem"] {
                let wrong = try await found(["market"], validator: validator)
                #expect(wrong.status == 2)
                #expect(wrong.errors.contains("is a certificate of the suite p256"), "\(wrong.errors)")
            }
            let sound = try await found(["market"], validator: "\(market)/certificate.pem")
            #expect(sound.status == 0, "\(sound.errors)")
        }

        /// Keys made where they are used, requests signed at the authority.
        private func certify(_ member: String, in directory: String, _ run: LocalRun) async throws {
            try await run.executable.mustSucceed(
                ["ca", "request", "--member", member, "--directory", directory, "--suite", "sm"])
            for prefix in ["", "tls-"] {
                try await run.executable.mustSucceed([
                    "ca", "sign", "--authority", run.folder.authority(of: "market"), "--consortium", "test",
                    "--request", "\(directory)/\(prefix)request.pem",
                    "--output", "\(directory)/\(prefix)certificate.pem",
                ])
            }
        }

        private func status(_ run: LocalRun, identity: String) async throws -> Executable.Result {
            try await run.command([
                "node", "status", "--node", run.consortium.address(of: run.departments[0]),
                "--genesis", run.folder.genesis, "--identity", identity,
            ])
        }
    }
}
