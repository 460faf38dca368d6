import Formats
import Foundation
import Identity
import Ledger
import Logging

/// What is known to be revoked: by the lists that the ledger holds, and by those in a directory (`*.crl`, PEM), for the
/// hour in which the ledger itself cannot be reached.
struct RevocationWatch: Sendable {
    /// How often the directory is looked at: how late a list in it may close a connection.
    static let interval = Duration.seconds(5)
    /// Most lists that are read: many times the departments of a consortium.
    static let maximumFileCount = 1_024

    let directory: String?
    let ledger: ChannelLedger
    let logger: Logger
    var clock: any Clock<Duration> = ContinuousClock()

    /// Every list, of each department the newest. One that cannot be used is named in the log and does not keep the
    /// others from being heard.
    func current() async -> Revocations {
        var revocations = Revocations()
        for department in ledger.genesis.anchors.departments {
            if let list = await published(by: department) { revocations.insert(list) }
        }
        for list in Self.lists(in: directory, anchors: ledger.genesis.anchors, logger: logger) {
            revocations.insert(list)
        }
        return revocations
    }

    /// The lists in a directory that can be used.
    static func lists(in directory: String?, anchors: TrustAnchors, logger: Logger) -> [RevocationList] {
        fileNames(in: directory, logger: logger).filter { $0.hasSuffix(".crl") }.compactMap { name in
            do {
                let path = "\(directory ?? ".")/\(name)"
                let pem = try ProtectedFile.text(of: path, limit: 2 * RevocationList.maximumByteCount)
                return try RevocationList(pem: pem, anchors: anchors)
            } catch {
                logger.error("a revocation list is refused", metadata: ["file": "\(name)", "error": "\(error)"])
                return nil
            }
        }
    }

    private func published(by department: DepartmentName) async -> RevocationList? {
        do {
            let arguments = DepartmentArguments(department: department).derBytes
            let answer = try await ledger.query(CertificatesContract.name, "revocations", arguments: arguments)
            let bytes = try answer.value()
            let entry = try PublishedRevocations(derBytes: bytes, limit: 2 * RevocationList.maximumByteCount)
            return try RevocationList(der: entry.list, anchors: ledger.genesis.anchors)
        } catch let error as ContractError where error.code == .notFound {
            return nil
        } catch {
            logger.error("the ledger's revocations cannot be read", metadata: ["error": "\(error)"])
            return nil
        }
    }

    /// Tells whenever the directory has changed, until the task is cancelled.
    func follow(_ changed: () -> Void) async {
        var last = fileStates()
        while true {
            do {
                try await clock.sleep(for: Self.interval)
            } catch {
                return
            }
            let now = fileStates()
            guard now != last else { continue }
            last = now
            changed()
            logger.info("revocations are read again", metadata: ["path": "\(directory ?? "")"])
        }
    }

    private static func fileNames(in directory: String?, logger: Logger) -> [String] {
        guard let directory else { return [] }
        do {
            let names = try FileManager.default.contentsOfDirectory(atPath: directory)
            return Array(names.sorted().prefix(maximumFileCount))
        } catch {
            logger.error("the revocations cannot be read", metadata: ["path": "\(directory)", "error": "\(error)"])
            return []
        }
    }

    /// Names, sizes and times of the files: enough to see a change without reading them.
    private func fileStates() -> [String] {
        Self.fileNames(in: directory, logger: logger).map { name in
            let attributes = try? FileManager.default.attributesOfItem(atPath: "\(directory ?? ".")/\(name)")
            let time = attributes?[.modificationDate].map { "\($0)" } ?? ""
            let size = attributes?[.size].map { "\($0)" } ?? ""
            return "\(name) \(size) \(time)"
        }
    }
}
