import Foundation

#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

/// Where everything of a consortium on this machine is.
///
/// | path | holds |
/// |---|---|
/// | `genesis.der` | the genesis file |
/// | `authorities/DEPARTMENT` | each department's certificate authority |
/// | `clients/DEPARTMENT` | the identity of each department's client |
/// | `nodes/DEPARTMENT` | each node: `node.json`, `identity`, `data`, `node.log`; `vault` for licences and cases |
package struct ConsortiumFolder: Sendable {
    package let path: String

    /// Takes a folder that is not there yet or has nothing in it.
    /// - Throws: ``LocalConsortiumError``: `folderInUse` where it has, because nothing is ever overwritten.
    package init(creating path: String) throws(LocalConsortiumError) {
        do {
            try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
            guard try FileManager.default.contentsOfDirectory(atPath: path).isEmpty else {
                throw LocalConsortiumError(
                    .folderInUse, "\(path) has something in it already; choose another directory, or empty it")
            }
            // Commands that people copy from the screen have to work wherever they are pasted.
            self.path = URL(fileURLWithPath: path).standardizedFileURL.path
        } catch let error as LocalConsortiumError {
            throw error
        } catch {
            throw LocalConsortiumError(.cannotStart, "\(path) cannot be used: \(error.localizedDescription)")
        }
    }

    /// A new folder under the system's folder for temporary files.
    /// - Throws: ``LocalConsortiumError`` with code `cannotStart`.
    package static func temporary(named name: String) throws(LocalConsortiumError) -> ConsortiumFolder {
        let pattern = FileManager.default.temporaryDirectory.appending(path: "\(name)-XXXXXX").path
        var path = Array(pattern.utf8CString)
        guard mkdtemp(&path) != nil else {
            throw LocalConsortiumError(
                .cannotStart, "no directory can be made as \(pattern): \(String(cString: strerror(errno)))")
        }
        return try ConsortiumFolder(
            creating: String(decoding: path.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self))
    }

    package var genesis: String { "\(path)/genesis.der" }

    package func authority(of department: String) -> String { "\(path)/authorities/\(department)" }
    package func client(of department: String) -> String { "\(path)/clients/\(department)" }
    package func node(of department: String) -> String { "\(path)/nodes/\(department)" }
    package func identity(ofNodeOf department: String) -> String { "\(node(of: department))/identity" }
    package func configuration(ofNodeOf department: String) -> String { "\(node(of: department))/node.json" }
    package func data(ofNodeOf department: String) -> String { "\(node(of: department))/data" }
    package func vault(ofNodeOf department: String) -> String { "\(node(of: department))/vault" }
    package func log(ofNodeOf department: String) -> String { "\(node(of: department))/node.log" }

    /// Removes everything.
    package func remove() throws { try FileManager.default.removeItem(atPath: path) }
}
