public import ArgumentParser
public import Formats
public import Identity
public import Ledger
public import Licences
public import Nodes

// How the domain's types are written on a command line. Each says what was wrong, because the parser repeats it.

extension Label: ExpressibleByArgument {
    public init?(argument: String) { self.init(argument) }
}

extension Role: ExpressibleByArgument {}

extension CryptoSuiteIdentifier: ExpressibleByArgument {}

extension LedgerExportContent: ExpressibleByArgument {}

extension LedgerExportFormat: ExpressibleByArgument {}

extension JoinMode: ExpressibleByArgument {}

extension MemberName: ExpressibleByArgument {
    public init?(argument: String) { self.init(argument) }
}

extension NodeConfiguration.Endpoint: ExpressibleByArgument {
    public init?(argument: String) { self.init(argument) }
}

extension TransactionIdentifier: ExpressibleByArgument {
    public init?(argument: String) {
        guard let digest = Digest(hexadecimal: argument) else { return nil }
        self.init(digest)
    }
}

extension LicenceStatus: ExpressibleByArgument {
    public init?(argument: String) {
        guard let status = try? LicenceStatus(argument) else { return nil }
        self = status
    }
}
