import ClusterTransport
import Formats
import GatewayAccess
import GatewayEvents
import Identity
import Ledger
import Licences
import Nodes
import OneThings
import ZhenglianClient

extension Problem {
    /// The problem that an error of the product is.
    /// - Returns: ``Code/internalError`` for what nobody has foreseen; what it says of itself is not shown.
    static func of(_ error: any Error) -> Problem {
        switch error {
        case let problem as Problem: problem
        case let error as NodeError: of(error)
        case let error as TransactionRejected: of(error)
        case let error as TransactionUndecided:
            Problem(.notInTime, "\(error)").with {
                $0.transaction = "\(error.transaction)"
                $0.retryAfter = 1
            }
        case let error as LicenceError: Problem(.invalidValue, "\(error)")
        case let error as OneThingError: Problem(.invalidValue, "\(error)")
        case let error as FormatError: Problem(.invalidValue, "\(error)")
        case let error as VerificationError: Problem(.invalidValue, "\(error)")
        case let error as LedgerError: of(error)
        case let error as PresentationFault:
            Problem(.invalidValue, "\(error)").with { $0.ledgerCode = error.code.rawValue }
        case let error as ReleaseFault: refused("\(error)", error.code.rawValue)
        case let error as LicenceServiceError: of(error)
        case let error as OneThingServiceError: of(error)
        case let error as EventError: of(error)
        case let error as WebhookError: of(error)
        case is ClusterError:
            Problem(.unavailable, "the other node cannot be reached: try again later").with { $0.retryAfter = 5 }
        case is CancellationError: Problem(.notInTime, "the request was given up")
        default:
            Problem(
                .internalError, "the request could not be carried out: the node's log says why, by the request's number"
            )
        }
    }

    private static func refused(_ detail: String, _ code: String) -> Problem {
        Problem(.refusedByLedger, detail).with { $0.ledgerCode = code }
    }

    private static func of(_ error: LicenceServiceError) -> Problem {
        let code: Code =
            switch error.code {
            case .malformed: .invalidValue
            case .overloaded: .overloaded
            case .unavailable: .unavailable
            default: .refusedByLedger
            }
        return Problem(code, "\(error)").with {
            $0.ledgerCode = error.code.rawValue
            if [.overloaded, .unavailable, .notConfirmedYet].contains(error.code) { $0.retryAfter = 1 }
        }
    }

    private static func of(_ error: OneThingServiceError) -> Problem {
        let code: Code =
            switch error.code {
            case .malformed: .invalidValue
            case .overloaded: .overloaded
            case .unavailable: .unavailable
            default: .refusedByLedger
            }
        return Problem(code, "\(error)").with {
            $0.ledgerCode = error.code.rawValue
            if [.overloaded, .unavailable].contains(error.code) { $0.retryAfter = 1 }
        }
    }

    private static func of(_ error: EventError) -> Problem {
        let code: Code =
            switch error.code {
            case .pruned: .gone
            case .ahead, .wrongCursor, .wrongFilter: .invalidValue
            case .overloaded: .overloaded
            case .unavailable: .unavailable
            default: .internalError
            }
        return Problem(code, error.message).with { $0.ledgerCode = error.code.rawValue }
    }

    private static func of(_ error: WebhookError) -> Problem {
        let code: Code =
            switch error.code {
            case .notFound: .notFound
            case .wrongAddress, .wrongOwner: .invalidValue
            case .tooMany: .refusedByLedger
            case .unavailable: .unavailable
            default: .internalError
            }
        return Problem(code, error.message).with { $0.ledgerCode = error.code.rawValue }
    }

    private static func of(_ error: NodeError) -> Problem {
        let code: Code
        switch error.code {
        case .notFound: code = .notFound
        case .pruned: code = .gone
        case .notEntitled: code = .notEntitled
        case .overloaded: code = .overloaded
        case .notInTime: code = .notInTime
        case .unavailable, .notSealedYet: code = .unavailable
        case .invalidQuery, .tooLong: code = .invalidValue
        case .invalidTransaction, .expired: code = .invalidValue
        default: code = .internalError
        }
        return Problem(code, error.message).with {
            $0.ledgerCode = error.code.rawValue
            if [.overloaded, .notInTime, .unavailable, .notSealedYet].contains(error.code) { $0.retryAfter = 1 }
        }
    }

    private static func of(_ error: TransactionRejected) -> Problem {
        let code: Code =
            switch error.code {
            case .notPermitted, .submitterUnknown, .submitterRevoked, .submitterExpired: .notEntitled
            case .notFound: .notFound
            case .claimedOtherwise: .keyReused
            default: .refusedByLedger
            }
        return Problem(code, error.message).with {
            $0.ledgerCode = error.code.rawValue
            $0.transaction = "\(error.transaction)"
        }
    }

    private static func of(_ error: LedgerError) -> Problem {
        let code: Code =
            switch error.code {
            case .notFound: .notFound
            case .pruned: .gone
            case .busy: .overloaded
            case .readModelIncomplete, .notSealed: .unavailable
            case .sizeLimitExceeded, .timeLimitExceeded: .invalidValue
            default: .internalError
            }
        guard code != .internalError else {
            return Problem(code, "the node's storage has failed: its log says why, by the request's number")
        }
        return Problem(code, error.message).with { $0.retryAfter = code == .overloaded ? 1 : nil }
    }
}

extension Problem {
    /// Why a caller is not let in, or may not do what it asks.
    init(_ error: AccessError) {
        let code: Code =
            switch error.code {
            case .notEntitled: .notEntitled
            case .idempotencyKeyReused: .keyReused
            case .malformedIdempotencyKey: .invalidHeader
            case .ledgerUnavailable, .keysUnavailable: .unavailable
            case .loginBusy, .tooManySessions: .overloaded
            default: .notAuthenticated
            }
        self.init(code, error.message)
        ledgerCode = error.code.rawValue
        retryAfter = error.retryAfterSeconds
    }
}
