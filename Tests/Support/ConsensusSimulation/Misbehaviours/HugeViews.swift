public import Consensus
public import Formats

/// Beside everything that it says, votes far in the future and claims to be there (FISCO-BCOS #2211).
public struct HugeViews: Misbehaviour {
    public init() {}

    public func bend(
        _ message: ConsensusMessage,
        to recipient: ValidatorIndex,
        as traitor: Traitor
    ) -> [ConsensusMessage] {
        let (epoch, channel) = (message.epoch, message.channel)
        let distances: [UInt64] = [1, 63, 64, 65, 1 << 40, UInt64(Int64.max)]
        let votes = distances.map { distance in
            traitor.vote(.nullify(View.zero.advanced(by: distance), epoch: epoch, channel: channel))
        }
        let claim = ValidatorStatus(
            channel: channel, epoch: epoch, view: View(rawValue: 1 << 60), finalizedView: View(rawValue: 1 << 59),
            wantsAnswer: true, certificate: nil)
        return votes + [.status(claim), message]
    }
}
