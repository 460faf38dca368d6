import Formats

/// What makes lost messages harmless: repetition, requests, statuses, and help for whoever is behind.
extension Simplex {
    // MARK: Status

    func status(wantsAnswer: Bool) -> ValidatorStatus {
        // The view that can be proved: the current one, unless its certificate has been pruned from the log.
        let certificate = entryCertificate
        return ValidatorStatus(
            channel: configuration.channel,
            epoch: configuration.validators.epoch,
            view: certificate?.statement.view.next ?? configuration.firstView,
            finalizedView: finalized.view,
            wantsAnswer: wantsAnswer,
            certificate: certificate
        )
    }

    mutating func take(_ status: ValidatorStatus, from peer: ValidatorIndex) {
        if let certificate = status.certificate {
            apply(certificate)
        }
        recover(with: status, from: peer)
        if status.wantsAnswer {
            effects.append(.send(.status(self.status(wantsAnswer: false)), to: peer))
        }
        if status.view < currentView || status.finalizedView < finalized.view {
            help(peer, from: status)
        }
        if status.finalizedView > finalized.view {
            askForCertificates(of: peer)
        }
    }

    /// Brings a peer that is behind forward: the last finalization, and the certificates from its view on.
    private mutating func help(_ peer: ValidatorIndex, from status: ValidatorStatus) {
        if status.finalizedView < finalized.view, let certificate = finalization {
            effects.append(.send(.certificate(certificate), to: peer))
        }
        let first = max(status.view, finalized.view.next)
        let views = rounds.keys.filter { $0 >= first && $0 < currentView }.sorted().prefix(SimplexLimits.catchUpWindow)
        for view in views {
            sendCertificates(of: view, to: peer)
        }
        if let last = views.last, last.next < currentView, let certificate = entryCertificate {
            effects.append(.send(.certificate(certificate), to: peer))
        }
    }

    private mutating func sendCertificates(of view: View, to peer: ValidatorIndex) {
        for certificate in [rounds[view]?.notarization, rounds[view]?.nullification].compactMap(\.self) {
            effects.append(.send(.certificate(certificate), to: peer))
        }
    }

    mutating func answer(_ request: CertificateRequest, to peer: ValidatorIndex) {
        let views = Set(request.views)
        if views.contains(where: { $0 <= finalized.view }), let certificate = finalization {
            effects.append(.send(.certificate(certificate), to: peer))
        }
        for view in views.sorted() where view > finalized.view {
            sendCertificates(of: view, to: peer)
        }
    }

    // MARK: Asking

    /// A peer says something about a view that this validator has no way into yet: it may have missed a certificate.
    mutating func noticeAhead(_ view: View, _ peer: ValidatorIndex) {
        if view > currentView.advanced(by: 1) {
            askForCertificates(of: peer)
        }
    }

    /// Tells the peer where this validator stands, so that it sends what is missing: once for each peer and view.
    mutating func askForCertificates(of peer: ValidatorIndex) {
        guard peer != configuration.index, configuration.validators[peer] != nil,
            peers[peer.rawValue].askedIn != currentView
        else { return }
        peers[peer.rawValue].askedIn = currentView
        effects.append(.send(.status(status(wantsAnswer: false)), to: peer))
    }

    /// Asks for the certificates of views: the leader first, which must have them; others in turn when it does not
    /// answer.
    mutating func request(_ views: [View]) {
        let news = views.filter { !requestedViews.contains($0) }.prefix(CertificateRequest.maximumViewCount)
        guard !news.isEmpty, let peer = nextToAsk() else { return }
        requestedViews.formUnion(news)
        let request = CertificateRequest(
            channel: configuration.channel, epoch: configuration.validators.epoch, views: Array(news))
        effects.append(.send(.certificateRequest(request), to: peer))
    }

    private func nextToAsk() -> ValidatorIndex? {
        let count = configuration.validators.count
        guard count > 1 else { return nil }
        let turn = ValidatorIndex(rawValue: (leader.rawValue + fetchAttempts) % count)
        return turn == configuration.index ? ValidatorIndex(rawValue: (turn.rawValue + 1) % count) : turn
    }

    // MARK: Repetition

    /// Keeps the retransmission timer armed exactly while something is awaited.
    mutating func updateRetransmission() {
        let isWaiting = !requestedViews.isEmpty || !requestedBlocks.isEmpty
        guard isActive || recovery != nil || isWaiting, configuration.validators.count > 1 else {
            cancel(.retransmission)
            return
        }
        guard armedTimers[.retransmission] == nil else { return }
        finalizedAtRetransmission = finalized.view
        arm(.retransmission, after: viewDelay)
    }

    /// Says again whatever may have been lost, if nothing became final since the last time.
    mutating func retransmit() {
        guard finalized.view == finalizedAtRetransmission else { return }
        effects.append(.broadcast(.status(status(wantsAnswer: recovery != nil))))
        if leader == configuration.index, let proposal = rounds[currentView]?.proposal?.whole {
            effects.append(.broadcast(.proposal(proposal)))
        }
        repeatVotes()
        // Whatever is still missing is asked for again, of the next peer: certificates when the rules next miss them.
        requestedViews = []
        fetchAttempts += 1
        let blocks = requestedBlocks.sorted()
        requestedBlocks = []
        for view in blocks {
            fetchBlockIfMissing(in: view)
        }
    }

    /// The own votes of the current view and of the newest views without a final block.
    private mutating func repeatVotes() {
        let views = rounds.keys.filter { $0 > finalized.view && $0 <= currentView }.sorted()
        for view in views.suffix(SimplexLimits.repeatedViews) {
            for kind in VoteKind.allCases {
                guard let vote = rounds[view]?.votes[kind, configuration.index] else { continue }
                effects.append(.broadcast(.vote(vote)))
            }
        }
    }
}
