import Foundation
import LocalConsortium
import Testing

@Suite("Folders and ports")
struct ConsortiumFolderTests {
    @Test func aFolderWithSomethingInItIsNotTaken() throws {
        let folder = try ConsortiumFolder.temporary(named: "zhenglian-test")
        defer { try? folder.remove() }
        // An empty one is.
        _ = try ConsortiumFolder(creating: folder.path)
        try Data().write(to: URL(fileURLWithPath: folder.genesis))
        #expect(throws: LocalConsortiumError(.folderInUse, "")) { try ConsortiumFolder(creating: folder.path) }
    }

    @Test func pathsAreAbsolute() throws {
        let folder = try ConsortiumFolder.temporary(named: "zhenglian-test")
        defer { try? folder.remove() }
        let nested = try ConsortiumFolder(creating: "\(folder.path)/a/../b")
        #expect(nested.path == "\(folder.path)/b")
        #expect(nested.configuration(ofNodeOf: "tax") == "\(folder.path)/b/nodes/tax/node.json")
    }

    @Test func portsAreDistinctAndFree() throws {
        let ports = try LoopbackPorts.free(10)
        #expect(Set(ports).count == 10)
        #expect(ports.allSatisfy(LoopbackPorts.isFree))
    }

    @Test func theLastLinesOfALogAreFoundAlsoWhereItIsLong() throws {
        let folder = try ConsortiumFolder.temporary(named: "zhenglian-test")
        defer { try? folder.remove() }
        let log = "\(folder.path)/node.log"
        let lines = (1...5_000).map { "line \($0)" }
        try Data(lines.joined(separator: "\n").utf8).write(to: URL(fileURLWithPath: log))
        #expect(LogTail.lines(of: log, count: 2) == ["line 4999", "line 5000"])
        #expect(LogTail.lines(of: "\(folder.path)/nothing", count: 2).isEmpty)
    }

    @Test func everyDepartmentOfAPlanHasANameOfItsOwn() {
        let departments = ConsortiumPlan.departments(ConsortiumPlan.maximumDepartmentCount)
        #expect(departments.count == 10)
        #expect(Set(departments.map(\.name)).count == 10)
        #expect(departments.first?.issuerCodes == ["11650000MB1A0001XQ"])
    }
}
