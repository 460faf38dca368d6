import Formats
import Identity

/// Certificates, and the views that they lead into (rules 2, 5, 7 and 8).
extension Simplex {
    /// A certificate that is valid: formed here, received, or restored.
    mutating func apply(_ certificate: QuorumCertificate) {
        let statement = certificate.statement
        guard statement.view > finalized.view, rounds[statement.view]?.certificate(statement.kind) == nil else {
            return
        }
        requestedViews.remove(statement.view)
        effects.append(.persist(.certificate(certificate)))
        switch (statement.kind, statement.block) {
        case (.notarize, .some(let digest)):
            rounds[statement.view, default: Round()].notarization = certificate
            unfinalizedView = max(unfinalizedView ?? statement.view, statement.view)
            effects.append(.notarized(statement.view, digest))
            finalizeIfAllowed(digest, in: statement.view)
            fetchBlockIfMissing(in: statement.view)
        case (.nullify, .none):
            rounds[statement.view, default: Round()].nullification = certificate
        case (.finalize, .some(let digest)):
            finalize(digest, by: certificate)
        case (.notarize, .none), (.nullify, .some), (.finalize, .none):
            preconditionFailure("a statement names a block exactly where its kind has one")
        }
        guard statement.view >= currentView else { return }
        let isTimedOut = statement.kind == .nullify && !isLeaderSkipped
        consecutiveNullifications =
            isTimedOut ? consecutiveNullifications + 1 : statement.kind == .nullify ? consecutiveNullifications : 0
        enter(statement.view.next)
    }

    /// The block and its ancestors are final: everything below is history.
    private mutating func finalize(_ digest: Digest, by certificate: QuorumCertificate) {
        let view = certificate.statement.view
        let isAvailable = rounds[view]?.availableBlock == digest
        finalized = FinalizedTip(view: view, digest: digest, certificate: certificate, isAvailable: isAvailable)
        consecutiveNullifications = 0
        rounds = rounds.filter { $0.key.advanced(by: SimplexLimits.evidenceWindow) > view }
        for old in rounds.keys where old <= view {
            rounds[old]?.proposal?.block = nil
        }
        waitingProposals = waitingProposals.filter { $0 > view }
        requestedViews = requestedViews.filter { $0 > view }
        requestedBlocks = requestedBlocks.filter { $0 > view }
        if unfinalizedView.map({ $0 <= view }) == true {
            unfinalizedView = nil
        }
        if case .unavailable = payload {
            // Finality may have been what the node was waiting for.
            payload = .none
        }
        effects.append(.finalized(certificate))
        fetchBlockIfMissing(in: view)
    }

    private mutating func enter(_ view: View) {
        precondition(view > currentView, "views only go up")
        cancel(.leader(currentView))
        cancel(.view(currentView))
        currentView = view
        dropBlocks()
        isActive = false
        isLeaderSkipped = false
        payload = .none
        fetchAttempts = 0
    }

    /// The certificate by which a validator may be in the current view; `nil` for the epoch's first view.
    var entryCertificate: QuorumCertificate? {
        guard let previous = currentView.previous else { return nil }
        let round = rounds[previous]
        return round?.notarization ?? round?.nullification ?? finalization
    }

    /// The last finalization; `nil` while no block of the epoch is final.
    var finalization: QuorumCertificate? { finalized.certificate }

    /// Frees what views that are over do not need: blocks that the node has or that nobody waits for. A notarised block
    /// that is not checked yet stays for a while; when that is over it is fetched.
    private mutating func dropBlocks() {
        for view in waitingProposals.sorted() where view < currentView {
            guard let received = rounds[view]?.proposal else { continue }
            let isNotarized = rounds[view]?.notarization?.statement.block == received.statement.block
            let isRecent = view.advanced(by: SimplexLimits.blockWindow) >= currentView
            guard received.stage == .waiting, !isNotarized || !isRecent else { continue }
            waitingProposals.remove(view)
            rounds[view]?.proposal?.block = nil
            fetchBlockIfMissing(in: view)
        }
        guard let previous = currentView.previous else { return }
        if rounds[previous]?.proposal?.stage == .valid {
            rounds[previous]?.proposal?.block = nil
        }
    }
}
