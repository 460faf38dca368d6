package import Foundation
package import GRDB
package import Identity

// Column readers that throw where GRDB's own would trap: a damaged file must be told, not stop the node.
extension Row {
    package func bytes(_ column: String) throws(VaultError) -> [UInt8]? {
        let value: DatabaseValue = self[column]
        guard !value.isNull else { return nil }
        guard let data = Data.fromDatabaseValue(value) else { throw wrong(column) }
        return [UInt8](data)
    }

    package func digest(_ column: String) throws(VaultError) -> Digest? {
        guard let bytes = try bytes(column) else { return nil }
        guard let digest = Digest(bytes) else { throw wrong(column) }
        return digest
    }

    package func text(_ column: String) throws(VaultError) -> String? {
        let value: DatabaseValue = self[column]
        guard !value.isNull else { return nil }
        guard let text = String.fromDatabaseValue(value) else { throw wrong(column) }
        return text
    }

    package func integer(_ column: String) throws(VaultError) -> Int64? {
        let value: DatabaseValue = self[column]
        guard !value.isNull else { return nil }
        guard let number = Int64.fromDatabaseValue(value) else { throw wrong(column) }
        return number
    }

    private func wrong(_ column: String) -> VaultError {
        VaultError(.corrupted, "column \(column) of a row of the vault is of the wrong kind; restore a backup")
    }
}

extension [UInt8] {
    /// The bytes as SQLite takes them.
    package var blob: Data { Data(self) }
}
