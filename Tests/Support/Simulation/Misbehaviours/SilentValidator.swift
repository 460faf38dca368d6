import Consensus
import Formats
import Identity

/// Hears everything and says nothing.
struct SilentValidator: Misbehaviour {
    func bend(_ message: ConsensusMessage, to peer: MemberName, as traitor: Traitor) -> [ConsensusMessage] { [] }
    func bend(block: [UInt8]?, as traitor: Traitor) -> [UInt8]? { nil }
    func bend(range: Parcel.RangeReply, as traitor: Traitor) -> Parcel.RangeReply? { nil }
}
