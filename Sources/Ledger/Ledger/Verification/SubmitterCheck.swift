import Formats
import GRDB
import Identity

/// Checks `submitters`: certificates of members, numbered without a gap, each of them under which something was
/// executed.
struct SubmitterCheck {
    private let genesis: Genesis
    private var certificates: [Int64: MemberCertificate] = [:]
    private var rows: [Int64: TableRow] = [:]
    private var unused: Set<Int64> = []

    init(_ database: Database, genesis: Genesis) throws {
        self.genesis = genesis
        let cursor = try TableCursor(database, "submitters", key: ["number"], columns: ["certificate"])
        while let row = try cursor.next() {
            let number = Int64(certificates.count + 1)
            try row.expect("number", row.key[0], is: number)
            do throws(IdentityError) {
                certificates[number] = try MemberCertificate(der: row.storedBytes("certificate"), suite: genesis.suite)
            } catch {
                throw row.fault("certificate", expected: "DER of a member's certificate", found: "\(error)")
            }
            rows[number] = row
            unused.insert(number)
        }
    }

    /// The certificate that a row of `transactions` names.
    mutating func certificate(of transaction: TableRow) throws -> MemberCertificate? {
        guard !transaction.isNull("submitter") else { return nil }
        let number = try transaction.integer("submitter")
        guard let certificate = certificates[number] else {
            throw transaction.fault("submitter", expected: "a row of submitters, or none", found: "\(number)")
        }
        unused.remove(number)
        return certificate
    }

    /// Checks that a certificate was one of its department at the time.
    func authenticate(_ certificate: MemberCertificate, at time: Timestamp, _ transaction: TableRow) throws {
        do {
            try genesis.anchors.authenticate(certificate, at: time)
        } catch {
            throw transaction.fault(
                "submitter", expected: "a certificate that its department's authority signed, in force at \(time)",
                found: "\(certificate.member): \(error)"
            )
        }
    }

    func finish() throws {
        if let number = unused.min(), let row = rows[number] { throw TableCursor.superfluous(row) }
    }
}
