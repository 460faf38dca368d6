import ArgumentParser
import Licences

/// What every command names that puts the next version of a licence on the ledger.
struct LicenceVersionOptions: ParsableArguments {
    @OptionGroup var fields: LicenceFieldOptions

    @Option(help: "The rule or decision, where there is one to name; at most 256 bytes.")
    var basis: String?

    func validate() throws {
        guard (1...CatalogueRecord.maximumBasisByteCount).contains(basis?.utf8.count ?? 1) else {
            throw ValidationError("--basis has 1 to \(CatalogueRecord.maximumBasisByteCount) bytes")
        }
    }

    func write(
        _ operation: LicenceOperation, _ connection: ConnectionOptions, _ console: Console
    ) async throws {
        try await connection.withClient(console) { client, identity in
            try await LicenceWriting(operation: operation, fields: fields, basis: basis).run(console, client, identity)
        }
    }
}

struct LicenceChange: ZhenglianCommand {
    static let configuration = CommandConfiguration(
        commandName: "change",
        abstract: "Put the next version of a licence on the ledger (变更); the version before is superseded.",
        discussion: """
            The new identifier has the next version number; the version before is found on the ledger.

            Example: zhenglian licence change --table changed.csv \\
                         --identifier 1.2.156.3005.2.11100000MB0143028R001.11650000MB1A0001XQ.20220612000003.002.Y
            """
    )

    @OptionGroup var version: LicenceVersionOptions
    @OptionGroup var connection: ConnectionOptions
    @OptionGroup var options: ConsoleOptions

    func run(_ console: Console) async throws {
        try await version.write(.change, connection, console)
    }
}

struct LicenceRenew: ZhenglianCommand {
    static let configuration = CommandConfiguration(
        commandName: "renew",
        abstract: "Put a licence's renewal on the ledger (延续): the next version, also of one that has expired.",
        discussion: """
            The new identifier has the next version number; the version before is found on the ledger.

            Example: zhenglian licence renew --table renewed.csv \\
                         --identifier 1.2.156.3005.2.11100000MB0143028R001.11650000MB1A0001XQ.20220612000003.002.Y
            """
    )

    @OptionGroup var version: LicenceVersionOptions
    @OptionGroup var connection: ConnectionOptions
    @OptionGroup var options: ConsoleOptions

    func run(_ console: Console) async throws {
        try await version.write(.renew, connection, console)
    }
}

struct LicenceReplace: ZhenglianCommand {
    static let configuration = CommandConfiguration(
        commandName: "replace",
        abstract: "Put the licence that takes another's place on the ledger (换发、补发): the next version.",
        discussion: """
            An exchange (换发, the default) takes an old one's place, a reissue (--lost, 补发) that of a lost one.

            Example: zhenglian licence replace --lost --table reissued.csv \\
                         --identifier 1.2.156.3005.2.11100000MB0143028R001.11650000MB1A0001XQ.20220612000003.002.Y
            """
    )

    @Flag(help: "The one before is lost or spoilt (补发).")
    var lost = false

    @OptionGroup var version: LicenceVersionOptions
    @OptionGroup var connection: ConnectionOptions
    @OptionGroup var options: ConsoleOptions

    func run(_ console: Console) async throws {
        try await version.write(lost ? .reissue : .exchange, connection, console)
    }
}
