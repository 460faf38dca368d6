import ClusterTransport
import Foundation
import Identity
import Testing

/// TLS does not verify a certificate again when a session is resumed. NIOSSL's client never resumes, so OpenSSL's has
/// to show that this server lets nobody do it.
@Suite(.timeLimit(.minutes(1)), .enabled(if: FileManager.default.isExecutableFile(atPath: "/usr/bin/openssl")))
struct ResumptionTests {
    @Test func sessionIsNeverResumedSoThatRevocationHolds() async throws {
        try await withConsortium { consortium in
            let pair = try await EchoPair(in: consortium)
            let identity = try consortium.identity("health/client/thief")
            let folder = FileManager.default.temporaryDirectory.appending(path: "resumption-\(pair.address.port)")
            try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
            defer { try? FileManager.default.removeItem(at: folder) }
            try identity.certificate.pemRepresentation.write(
                to: folder.appending(path: "certificate.pem"),
                atomically: true,
                encoding: .utf8
            )
            try identity.key.pemRepresentation.write(
                to: folder.appending(path: "key.pem"),
                atomically: true,
                encoding: .utf8
            )

            let first = try await Self.connect(to: pair.address, in: folder, session: ["-sess_out", "session"])
            #expect(first.contains("New, TLSv1.3"))
            #expect(FileManager.default.fileExists(atPath: folder.appending(path: "session").path))
            pair.server.update(revocations: try consortium.revocations(of: identity.certificate))
            let events = pair.server.peerEvents()
            let second = try await Self.connect(to: pair.address, in: folder, session: ["-sess_in", "session"])
            #expect(second.contains("New, TLSv1.3"))
            #expect(!second.contains("Reused"))
            let event = try await firstEvent(of: events) { _ in true }
            #expect(event == .refused(PeerRefusal(member: nil, code: .refused, identityCode: .revoked)))
        }
    }

    /// Runs OpenSSL's client until the server closes; what it says of the session is its output.
    private static func connect(
        to address: NodeAddress,
        in folder: URL,
        session: [String]
    ) async throws -> String {
        let process = Process()
        process.executableURL = URL(filePath: "/usr/bin/openssl")
        process.currentDirectoryURL = folder
        process.arguments =
            ["s_client", "-connect", address.description, "-tls1_3", "-alpn", "zhenglian/1"]
            + ["-cert", "certificate.pem", "-key", "key.pem", "-ign_eof"] + session
        let input = Pipe()
        let output = Pipe()
        process.standardInput = input
        process.standardOutput = output
        process.standardError = FileHandle.nullDevice
        try process.run()
        // No hello but nonsense: the server refuses it, which brings the session ticket first, and closes.
        input.fileHandleForWriting.write(Data([0, 0, 0, 0]))
        let text = await Task.detached { output.fileHandleForReading.readDataToEndOfFile() }.value
        process.waitUntilExit()
        return String(decoding: text, as: UTF8.self)
    }
}
