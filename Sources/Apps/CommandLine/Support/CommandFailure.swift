import Formats
import GatewayAccess
import Identity
import Ledger
import LicenceNode
import Licences
import LoadGeneration
import LocalConsortium
import Nodes
import OneThings
import Vault
import ZhenglianClient

/// Why a command did not do what it was asked: its exit status and a sentence that says what to do.
struct CommandFailure: Error {
    let status: ExitStatus
    let phrase: Phrase

    init(_ status: ExitStatus, _ phrase: Phrase) {
        self.status = status
        self.phrase = phrase
    }

    /// The failure that any error of the layers below amounts to for whoever called.
    init(_ error: any Error) {
        switch error {
        case let failure as CommandFailure:
            self = failure
        case let error as FileError:
            let isUse = [.missing, .exists, .tooLarge].contains(error.code)
            self.init(isUse ? .wrongUse : .unreachable, told: "\(error)")
        case let error as ConfigurationError:
            self.init(.wrongUse, told: "\(error)")
        case let error as LicenceError:
            self.init(Self.unusable.contains(error.code) ? .wrongUse : .refused, told: "\(error)")
        case let error as OneThingError:
            self.init(error.code == .calendarMissing ? .refused : .wrongUse, told: "\(error)")
        case let error as NodeError:
            self.init(Self.answered.contains(error.code) ? .refused : .unreachable, told: "\(error)")
        case let error as LedgerError:
            self.init(Self.status(of: error.code), told: "\(error)")
        case let error as VaultError:
            let isDown = [.unavailable, .corrupted, .wrongKey].contains(error.code)
            self.init(error.code == .notAVault ? .wrongUse : isDown ? .unreachable : .refused, told: "\(error)")
        case let error as LicenceServiceError:
            let isPassing = [.unavailable, .overloaded, .notConfirmedYet].contains(error.code)
            self.init(isPassing ? .unreachable : .refused, told: "\(error)")
        case let error as OneThingServiceError:
            let isPassing = [.unavailable, .overloaded].contains(error.code)
            self.init(isPassing ? .unreachable : .refused, told: "\(error)")
        case let error as AccessError:
            let isUse = [.wrongFile, .wrongValue].contains(error.code)
            let isPassing = [.keysUnavailable, .ledgerUnavailable].contains(error.code)
            self.init(isUse ? .wrongUse : isPassing ? .unreachable : .refused, told: "\(error)")
        case is ReleaseFault, is PresentationFault:
            self.init(.refused, told: "\(error)")
        case is LoadError:
            self.init(.wrongUse, told: "\(error)")
        case let error as LocalConsortiumError:
            self.init(error.code == .folderInUse ? .wrongUse : .unreachable, told: "\(error)")
        case is TransactionRejected, is NodeStartError, is LedgerFault, is IdentityError, is GenesisError,
            is VerificationError, is FormatError:
            self.init(.refused, told: "\(error)")
        default:
            self.init(.unreachable, told: "\(error)")
        }
    }

    /// Files and tables that cannot be what the command was told they are.
    private static let unusable: [LicenceError.Code] = [
        .unreadableFile, .unwritableFile, .tooLarge, .tooManyRows, .wrongEncoding, .wrongColumns,
        .wrongProgress,
    ]

    /// What a node answers that another attempt would not change.
    private static let answered: [NodeError.Code] = [
        .invalidTransaction, .notEntitled, .notFound, .invalidQuery, .pruned, .tooLong,
    ]

    /// A file that is no ledger and a question that is none are wrong use; what the ledger forbids, and what a file
    /// says of itself, is refused: another attempt has the same answer.
    private static func status(of code: LedgerError.Code) -> ExitStatus {
        switch code {
        case .wrongQuery, .notFound, .notALedger, .newerSchema: .wrongUse
        case .contractVersionMissing, .queryNotPermitted, .sizeLimitExceeded, .corrupted, .otherConsortium,
            .olderFormat, .pruned, .notSealed,
            .tooLong:
            .refused
        default: .unreachable
        }
    }

    private init(_ status: ExitStatus, told message: String) {
        self.init(status, Phrase("zhenglian: \(message)", "证链：\(message)"))
    }
}
