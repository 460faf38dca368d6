import Foundation
public import Identity
import Nodes

/// A local account of the console: for administrators who have no certificate at hand.
public struct LocalAccount: Sendable, Hashable, Codable {
    public let name: Label
    /// In ascending order.
    public let entitlements: [Entitlement]
    public let createdAt: Timestamp
    /// What is kept of its password.
    public let password: PasswordHash

    /// - Parameter entitlements: in any order.
    public init(name: Label, entitlements: Set<Entitlement>, createdAt: Timestamp, password: PasswordHash) {
        self.name = name
        self.entitlements = entitlements.sorted()
        self.createdAt = createdAt
        self.password = password
    }
}

/// The local accounts of a node, in a file that only its owner reads.
public struct AccountFile: Sendable, Hashable {
    private struct Document: Codable {
        let version: Int
        let accounts: [LocalAccount]
    }

    private static let version = 1

    /// In the order of their names.
    public private(set) var accounts: [LocalAccount]

    public init() { accounts = [] }

    /// Reads a file.
    /// - Throws: `FileError` with code `missing` where there is none, or ``AccessError`` with code `wrongFile`.
    public init(file path: String) throws {
        let bytes = try ProtectedFile.contents(of: path, limit: AccessLimits.accountFileBytes)
        let document: Document
        do {
            document = try JSONDecoder().decode(Document.self, from: Data(bytes))
        } catch {
            throw AccessError(.wrongFile, "\(path) is no file of accounts: restore it from a backup", cause: error)
        }
        guard document.version == Self.version else {
            throw AccessError(.wrongFile, "\(path) is of version \(document.version): use a newer program")
        }
        let names = document.accounts.map(\.name)
        guard names.count <= AccessLimits.accounts, Set(names).count == names.count else {
            throw AccessError(.wrongFile, "\(path) has an account twice, or more than \(AccessLimits.accounts)")
        }
        accounts = document.accounts.sorted { $0.name < $1.name }
    }

    /// Writes the file in place of what is there, readable by its owner alone.
    /// - Throws: `FileError`.
    public func write(file path: String) throws {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.prettyPrinted, .sortedKeys]
        let document = Document(version: Self.version, accounts: accounts)
        try ProtectedFile.replace(at: path, with: Array(try encoder.encode(document)), access: .secret)
    }

    /// The account of a name.
    public subscript(name: Label) -> LocalAccount? { accounts.first { $0.name == name } }

    /// Adds an account, or puts it in place of the one of its name.
    /// - Throws: ``AccessError`` with code `wrongValue` where there would be too many.
    public mutating func put(_ account: LocalAccount) throws(AccessError) {
        let others = accounts.filter { $0.name != account.name }
        guard others.count < AccessLimits.accounts else {
            throw AccessError(.wrongValue, "there are \(AccessLimits.accounts) accounts: remove one first")
        }
        accounts = (others + [account]).sorted { $0.name < $1.name }
    }

    /// Removes an account.
    /// - Returns: whether there was one.
    public mutating func remove(_ name: Label) -> Bool {
        let count = accounts.count
        accounts.removeAll { $0.name == name }
        return accounts.count < count
    }
}
