import Formats
import GRDB

extension LedgerReader {
    /// The first height whose transactions and changes are here.
    func firstFollowableHeight() throws -> Height {
        max(try firstHeight(), try pruningHorizon().next, try stateHorizon().next)
    }
}
