import Consensus
import DequeModule
import Formats
import Identity
import Ledger
import Replication

/// One machine: a replica while it runs, its disk always.
final class SimulatedNode {
    /// What waits for the replica's next turn.
    enum Input {
        case event(ReplicaEvent)
        case submission(VerifiedTransaction, unknownAt: Height, client: Int)
    }

    /// What was asked of peers.
    enum Request {
        case block(Digest, View, rest: ArraySlice<MemberName>)
        case range(RangeRequest)
    }

    let number: Int
    let member: MemberName
    /// The key that its certificate has, and the one that it may rotate to.
    let keys: Set<KeyIdentifier>
    /// Bends what it says; `nil` for an honest one.
    var misbehaviour: (any Misbehaviour)?

    // MARK: On disk

    let file = SimulatedFile()
    var ledger: SimulatedLedger
    /// The disk has been emptied since the node was set up.
    var hasLostDisk = false

    // MARK: While it runs

    var replica: RunningReplica?
    var log: WriteAheadLog?
    /// Counts restarts: what was scheduled for an earlier life is void.
    var life = 0
    var inputs: Deque<Input> = []
    var isTakingTurn = false
    var timers: [ReplicaTimer: Int] = [:]
    var lastTimer = 0
    var schedule: ValidatorSchedule
    var verifiers: [Epoch: MessageVerifier] = [:]
    var admission: TransactionAdmission
    var requests: [Int: Request] = [:]
    var lastRequest = 0
    /// Clients that wait for an outcome here.
    var waiters: [TransactionIdentifier: Set<Int>] = [:]
    /// What has been appended to the log and is not durable yet.
    var unsynchronized: [ConsensusRecord] = []

    // MARK: Faults

    var clock = SimulatedClock()
    /// How many times longer its work takes.
    var slowness = 1
    /// Its clock is further from the truth than the channel allows.
    var isClockWrong = false
    /// Points at which it could have died, and the one at which it does.
    var deathPoint = 0
    var fatalPoint: Int?
    /// How often it has executed blocks, whatever their number.
    var executionCount = 0
    /// It does nothing, and its connections stay open.
    var isFrozen = false
    var frozen: Deque<Schedule.Occurrence> = []
    /// Why it is down: it starts again when the disk has room.
    var hasFailed = false

    init(number: Int, identity: [MemberIdentity], ledger: SimulatedLedger) {
        self.number = number
        guard let first = identity.first else { preconditionFailure("a node has a certificate") }
        member = first.certificate.member
        keys = Set(identity.map { $0.certificate.publicKey.identifier })
        self.ledger = ledger
        schedule = ledger.head.schedule
        admission = TransactionAdmission(genesis: ledger.consortium.genesis)
    }

    var isUp: Bool { replica != nil }
    var isHonest: Bool { misbehaviour == nil }

    /// The validators that the node knows of an epoch.
    func validators(of epoch: Epoch) -> ValidatorSet? {
        if schedule.current.epoch == epoch { return schedule.current.validators }
        return schedule.next.flatMap { $0.epoch == epoch ? $0.validators : nil }
    }

    /// Whom it speaks to: the other validators of the current epoch, by place.
    var audience: [MemberName] {
        let validators = schedule.current.validators
        return validators.indices.compactMap { validators[$0]?.member }.filter { $0 != member }
    }
}
