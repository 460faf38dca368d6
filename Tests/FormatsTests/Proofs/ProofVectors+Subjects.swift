import Formats
import FormatsTestKit
import Identity

/// Forged subjects: every seal is sound.
extension ProofVectors {
    private func changed(
        _ proof: StateProof,
        leaf: StateLeaf? = nil,
        size: UInt64? = nil,
        position: UInt64? = nil,
        entrySiblings: [Digest]? = nil,
        activity: Digest? = nil,
        twigSiblings: [Digest]? = nil
    ) -> StateProof {
        let path = proof.path
        return StateProof(
            leaf: leaf ?? proof.leaf,
            path: StatePath(
                size: size ?? path.size, position: position ?? path.position,
                entrySiblings: entrySiblings ?? path.entrySiblings, activity: activity ?? path.activity,
                twigSiblings: twigSiblings ?? path.twigSiblings))
    }

    private func other(_ digest: Digest) -> Digest { chain.suite.digest(of: digest.bytes) }

    private func allActive() -> Digest {
        guard let activity = Digest([UInt8](repeating: 0xFF, count: 32)) else { preconditionFailure("32 bytes") }
        return activity
    }

    /// Where an entry of a key stands in the log under header 4; the newest is not wanted.
    private func supersededPosition(of name: StateName) -> Int {
        let key = name.digest(suite: chain.suite)
        guard let position = chain.state(under: 4).leaves.firstIndex(where: { $0.key == key }) else {
            preconditionFailure("the key was written")
        }
        return position
    }

    /// Every way in which a proof can be bent without any change of what it is said to show.
    private func bent(_ proof: StateProof) -> [(name: String, proof: StateProof)] {
        let (leaf, path) = (proof.leaf, proof.path)
        let later = StateLeaf(key: leaf.key, value: leaf.value, next: leaf.next, height: leaf.height.next)
        let ending = StateLeaf(key: leaf.key, value: leaf.value, next: .zero, height: leaf.height)
        return [
            ("height", changed(proof, leaf: later)),
            ("next", changed(proof, leaf: ending)),
            ("size", changed(proof, size: path.size + 1)),
            ("position", changed(proof, position: path.position ^ 1)),
            (
                "entry-sibling",
                changed(proof, entrySiblings: [other(path.entrySiblings[0])] + path.entrySiblings.dropFirst())
            ),
            ("entry-siblings-short", changed(proof, entrySiblings: path.entrySiblings.dropLast())),
            ("entry-siblings-long", changed(proof, entrySiblings: path.entrySiblings + [other(leaf.key)])),
            ("activity", changed(proof, activity: allActive())),
            ("twig-sibling", changed(proof, twigSiblings: path.twigSiblings.map(other))),
            ("twig-siblings-missing", changed(proof, twigSiblings: [])),
            ("twig-siblings-long", changed(proof, twigSiblings: path.twigSiblings + [other(leaf.key)])),
        ]
    }

    mutating func addForgedEntries() throws {
        let sound = entry("k7", [0xFF])
        for (name, proof) in bent(sound.proof) {
            let subject = EntrySubject(name: sound.name, value: sound.value, proof: proof)
            add("forged-entry-\(name)", try chain.receipt(.entry(subject), at: 4))
        }
        let old = chain.state(under: 4).proof(at: supersededPosition(of: sound.name))
        let subjects = [
            ("value", EntrySubject(name: sound.name, value: [0xFE], proof: sound.proof)),
            ("key", EntrySubject(name: Self.name("k8"), value: sound.value, proof: sound.proof)),
            (
                "contract",
                EntrySubject(
                    name: StateName(contract: "note", key: sound.name.key), value: sound.value, proof: sound.proof)
            ),
            ("superseded", EntrySubject(name: sound.name, value: [7], proof: old)),
            (
                "superseded-and-active",
                EntrySubject(name: sound.name, value: [7], proof: changed(old, activity: allActive()))
            ),
            ("of-another", EntrySubject(name: sound.name, value: sound.value, proof: entry("k8", [8]).proof)),
            ("removed", EntrySubject(name: Self.name("gone"), value: [], proof: absence("gone").proof)),
            (
                "removed-as-zero",
                EntrySubject(
                    name: Self.name("gone"), value: [UInt8](repeating: 0, count: 32), proof: absence("gone").proof)
            ),
        ]
        for (name, subject) in subjects {
            add("forged-entry-\(name)", try chain.receipt(.entry(subject), at: 4))
        }
        add("forged-entry-of-another-height", try chain.receipt(.entry(sound), at: 2))
    }

    mutating func addForgedAbsences() throws {
        let sound = absence("no such key")
        for (name, proof) in bent(sound.proof) {
            let subject = AbsenceSubject(name: sound.name, proof: proof)
            add("forged-absence-\(name)", try chain.receipt(.absence(subject), at: 4))
        }
        // "late" came into the ring with block 2: the entries before it that knew nothing of it are superseded.
        let late = Self.name("late")
        let state = chain.state(under: 4)
        let key = late.digest(suite: chain.suite)
        let before = state.leaves.indices.filter { state.leaves[$0].excludes(key) }
        for (number, position) in before.prefix(3).enumerated() {
            let proof = state.proof(at: position)
            add(
                "forged-absence-superseded-\(number)",
                try chain.receipt(.absence(AbsenceSubject(name: late, proof: proof)), at: 4))
            let active = changed(proof, activity: allActive())
            add(
                "forged-absence-superseded-\(number)-and-active",
                try chain.receipt(.absence(AbsenceSubject(name: late, proof: active)), at: 4))
        }
        let present = AbsenceSubject(name: late, proof: entry("late", [2]).proof)
        add("forged-absence-of-what-is-there", try chain.receipt(.absence(present), at: 4))
        let elsewhere = AbsenceSubject(name: sound.name, proof: absence("gone").proof)
        add("forged-absence-by-another-place", try chain.receipt(.absence(elsewhere), at: 4))
        let again = AbsenceSubject(name: Self.name("gone"), proof: absence("gone").proof)
        add("forged-absence-before-the-removal", try chain.receipt(.absence(again), at: 2))
    }

    mutating func addForgedLists() throws {
        let sound = self.list()
        let elements = sound.elements
        let absent = chain.proof(of: Self.name("no trail"), at: 4)
        func list(_ elements: [[UInt8]], _ preceding: TrailHead = .empty, proof: StateProof? = nil) -> ListSubject {
            ListSubject(
                name: Self.trail, preceding: preceding, elements: elements, proof: proof ?? sound.proof)
        }
        let whole = sound.elements.reduce(TrailHead.empty) { $0.appending($1, suite: chain.suite) }
        let subjects = [
            ("element-missing", list(Array(elements.dropLast()))),
            ("first-missing", list(Array(elements.dropFirst()))),
            ("element-added", list(elements + [[]])),
            ("element-twice", list(elements + [elements[2]])),
            ("element-changed", list([[0x31, 0x00]] + elements.dropFirst())),
            ("order", list([elements[1], elements[0], elements[2]])),
            ("claimed-empty", list([])),
            ("claimed-empty-by-absence", list([], proof: absent)),
            ("of-another-name", ListSubject(name: Self.name("k7"), elements: elements, proof: sound.proof)),
            ("preceding-chain", list(elements, TrailHead(count: 0, chain: other(.zero)))),
            ("preceding-count", list(elements, TrailHead(count: 1, chain: .zero))),
            ("preceding-more", list([elements[2]], TrailHead(count: 3, chain: self.list(from: 2).preceding.chain))),
            ("preceding-zero", list([], TrailHead(count: 0, chain: whole.chain))),
        ]
        for (name, subject) in subjects {
            add("forged-list-\(name)", try chain.receipt(.list(subject), at: 4))
        }
        for (name, proof) in bent(sound.proof) {
            add("forged-list-\(name)", try chain.receipt(.list(list(elements, proof: proof)), at: 4))
        }
    }
}
