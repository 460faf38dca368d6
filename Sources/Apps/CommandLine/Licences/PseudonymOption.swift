import ArgumentParser
import Formats
import Licences
import ZhenglianClient

/// By which keys holders stand on the ledger.
struct PseudonymOption: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            "The file with the consortium's pseudonym keys ('holder keys'): holders stand on the ledger by pseudonym.",
            discussion: "Without it no holder does, and no holder can authorise a use of these licences."))
    var pseudonymKeys: String?

    /// What stands on the ledger for a holder.
    /// - Throws: `FileError`, or `LicenceError` where the keys are of another consortium.
    func pseudonym(_ genesis: Genesis) throws -> @Sendable (HolderCode) -> HolderPseudonym? {
        guard let pseudonymKeys else { return { _ in nil } }
        let keyring = try PseudonymKeyringFile.read(pseudonymKeys, genesis: genesis)
        return { keyring.pseudonym(of: $0) }
    }
}
