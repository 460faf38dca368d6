import LedgerTestKit
import Nodes
import Testing

@Suite struct DataDirectoryTests {
    private let directory: TemporaryDirectory
    private let consortium: TestConsortium

    init() throws {
        directory = try TemporaryDirectory()
        consortium = try TestConsortium()
    }

    private func open() throws -> DataDirectory {
        try DataDirectory(directory.path("data"), genesis: consortium.genesis)
    }

    @Test func oneAtATimeHoldsIt() async throws {
        let held = try open()
        let error = await thrown(FileError.self) { try open() }
        #expect(error?.code == .inUse)
        withExtendedLifetime(held) {}
    }

    @Test func itIsFreeAgainWhenItsHolderIsGone() throws {
        for _ in 0..<3 { _ = try open() }
    }

    @Test func itIsOfOneConsortium() async throws {
        _ = try open()
        let other = try TestConsortium(consortium: "other")
        let error = await thrown(FileError.self) { try DataDirectory(directory.path("data"), genesis: other.genesis) }
        #expect(error?.code == .unreadable)
        #expect(error?.message.contains("consortium") == true)
        _ = try open()
    }
}
