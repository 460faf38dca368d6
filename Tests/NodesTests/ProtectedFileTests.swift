import Foundation
import Nodes
import Testing

#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

@Suite("Files that are whole or not there")
struct ProtectedFileTests {
    private let directory: TemporaryDirectory

    init() throws { directory = try TemporaryDirectory() }

    @Test func whatIsWrittenIsRead() throws {
        for count in [0, 1, 65_535, 65_536, 65_537, 1_000_000] {
            let bytes = (0..<count).map { UInt8(truncatingIfNeeded: $0 &* 31) }
            try ProtectedFile.replace(at: directory["file"], with: bytes, access: .shared)
            #expect(try ProtectedFile.contents(of: directory["file"], limit: count) == bytes)
        }
        #expect(try directory.names == ["file"])
    }

    @Test func secretsAreTheirOwnersAloneAndTheRestIsForEverybody() throws {
        try ProtectedFile.create(at: directory["key"], with: [1], access: .secret)
        try ProtectedFile.create(at: directory["certificate"], with: [1], access: .shared)
        #expect(try directory.mode(of: "key") == 0o600)
        #expect(try directory.mode(of: "certificate") == 0o644)
    }

    @Test func replacingKeepsNothingOfTheOldFile() throws {
        try directory.write("something long", to: "key")
        try ProtectedFile.replace(at: directory["key"], with: Array("new".utf8), access: .secret)
        #expect(try directory.text(of: "key") == "new")
        #expect(try directory.mode(of: "key") == 0o600)
        #expect(try directory.names == ["key"])
    }

    @Test func creatingNeverOverwrites() throws {
        try ProtectedFile.create(at: directory["key"], with: [1], access: .secret)
        #expect(
            fileCode { try ProtectedFile.create(at: directory["key"], with: [2], access: .secret) } == .exists)
        #expect(try ProtectedFile.contents(of: directory["key"], limit: 10) == [1])
        #expect(try directory.names == ["key"])
    }

    @Test func aLinkThatLeadsNowhereIsNotOverwrittenEither() throws {
        try FileManager.default.createSymbolicLink(
            atPath: directory["key"], withDestinationPath: directory["elsewhere"])
        #expect(
            fileCode { try ProtectedFile.create(at: directory["key"], with: [2], access: .secret) } == .exists)
        #expect(try directory.names == ["key"])
    }

    @Test func ofManyWhoCreateAFileAtOnceOneDoes() async throws {
        let path = directory["key"]
        let outcomes = await withTaskGroup(of: FileError.Code?.self) { group in
            for number in 0..<16 as Range<UInt8> {
                group.addTask { @concurrent in
                    do throws(FileError) {
                        try ProtectedFile.create(at: path, with: [number], access: .secret)
                        return nil
                    } catch {
                        return error.code
                    }
                }
            }
            return await group.reduce(into: []) { $0.append($1) }
        }
        #expect(outcomes.count { $0 == nil } == 1)
        #expect(outcomes.count { $0 == .exists } == 15)
        #expect(try directory.names == ["key"])
    }

    @Test func manyWhoReplaceAFileAtOnceDoNotDisturbEachOther() async throws {
        let path = directory["file"]
        try await withThrowingTaskGroup(of: Void.self) { group in
            for number in 0..<16 as Range<UInt8> {
                group.addTask { @concurrent in
                    let bytes = [UInt8](repeating: number, count: 100_000)
                    try ProtectedFile.replace(at: path, with: bytes, access: .shared)
                }
            }
            try await group.waitForAll()
        }
        let bytes = try ProtectedFile.contents(of: path, limit: 100_000)
        #expect(bytes.count == 100_000 && Set(bytes).count == 1)
        #expect(try directory.names == ["file"])
    }

    @Test func whatAKilledProcessLeftBehindIsNotInTheWay() throws {
        // The name that was used once, and that a restarted container would use again.
        try directory.write("half", to: "file.\(getpid()).new")
        try ProtectedFile.replace(at: directory["file"], with: [1], access: .shared)
        #expect(try ProtectedFile.contents(of: directory["file"], limit: 1) == [1])
    }

    @Test func aFileThatIsNotThereIsMissing() {
        #expect(fileCode { try ProtectedFile.contents(of: directory["none"], limit: 1) } == .missing)
        #expect(fileCode { try ProtectedFile.text(of: directory["none"], limit: 1) } == .missing)
        #expect(!ProtectedFile.exists(directory["none"]))
    }

    @Test func aFileOfMoreThanTheLimitIsTooLarge() throws {
        try ProtectedFile.create(at: directory["file"], with: [1, 2, 3], access: .shared)
        #expect(ProtectedFile.exists(directory["file"]))
        #expect(try ProtectedFile.contents(of: directory["file"], limit: 3).count == 3)
        #expect(fileCode { try ProtectedFile.contents(of: directory["file"], limit: 2) } == .tooLarge)
        // A device that has no end.
        #expect(fileCode { try ProtectedFile.contents(of: "/dev/zero", limit: 1 << 20) } == .tooLarge)
    }

    @Test func aDirectoryIsUnreadableAndNoPlaceForAFile() throws {
        #expect(fileCode { try ProtectedFile.contents(of: directory.path, limit: 1) } == .unreadable)
        try ProtectedFile.createDirectory(directory["folder"])
        #expect(
            fileCode { try ProtectedFile.replace(at: directory["folder"], with: [1], access: .shared) } == .unwritable)
        #expect(try directory.names == ["folder"])
    }

    @Test func bytesThatAreNoUTF8AreNoText() throws {
        try ProtectedFile.create(at: directory["file"], with: [0x63, 0xff], access: .shared)
        #expect(fileCode { try ProtectedFile.text(of: directory["file"], limit: 10) } == .unreadable)
        try ProtectedFile.replace(at: directory["file"], with: Array("证链".utf8), access: .shared)
        #expect(try ProtectedFile.text(of: directory["file"], limit: 10) == "证链")
    }

    @Test func aPlaceThatCannotBeWrittenIsNamed() throws {
        // Root writes everywhere, so the place is one that nobody can write: below a file, and in no directory.
        try directory.write("", to: "file")
        for path in [directory["file/below"], directory["none/file"]] {
            let error = thrown(FileError.self) { try ProtectedFile.create(at: path, with: [1], access: .shared) }
            #expect(error?.code == .unwritable)
            #expect(error?.message.contains(path) == true)
        }
        #expect(fileCode { try ProtectedFile.createDirectory(directory["file/below"]) } == .unwritable)
        #expect(try directory.names == ["file"])
    }

    @Test(.enabled(if: geteuid() != 0, "root writes everywhere"))
    func aDirectoryThatOnlyOthersMayWriteIsNamed() throws {
        try #require(chmod(directory.path, 0o500) == 0)
        defer { chmod(directory.path, 0o700) }
        #expect(fileCode { try ProtectedFile.create(at: directory["file"], with: [1], access: .shared) } == .unwritable)
    }

    @Test func aFileCanBeWrittenInTheCurrentDirectory() throws {
        let name = "zhenglian-\(UUID().uuidString)"
        defer { unlink(name) }
        try ProtectedFile.create(at: name, with: [1], access: .shared)
        #expect(try ProtectedFile.contents(of: name, limit: 1) == [1])
    }

    @Test func directoriesAreMadeWithThoseAboveThem() throws {
        try ProtectedFile.createDirectory(directory["a/b/c"])
        try ProtectedFile.createDirectory(directory["a/b/c"])
        try ProtectedFile.create(at: directory["a/b/c/file"], with: [1], access: .shared)
    }
}
