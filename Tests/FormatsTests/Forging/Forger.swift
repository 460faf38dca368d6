import LedgerTestKit

/// Makes forgeries of one sound structure: flipped bits, cut and moved bytes, fields left out, repeated, exchanged
/// among each other or for those of other sound structures.
struct Forger {
    private let sound: [UInt8]
    private let tree: DERNode
    private let places: [[Int]]
    /// Structures that verify as well, of other subjects, heights, channels, consortia or epochs.
    private let donors: [DERNode]
    /// What is no forgery, however it was come by.
    private let verified: Set<[UInt8]>
    private var generator: SeededGenerator

    init?(_ sound: [UInt8], donors: [[UInt8]], seed: UInt64) {
        guard let tree = DERNode(sound) else { return nil }
        self.sound = sound
        self.tree = tree
        places = tree.places
        self.donors = donors.compactMap(DERNode.init)
        verified = Set(donors + [sound])
        generator = SeededGenerator(seed: seed)
    }

    /// One bit flipped in every byte, and after those random forgeries: `count` in all.
    /// - Parameter isForgery: takes each, and says whether it is one: what is true as well does not count.
    mutating func forgeries(_ count: Int, _ isForgery: ([UInt8]) -> Bool) {
        var index = 0
        var done = 0
        while done < count {
            var forged = sound
            if index < sound.count {
                forged[index] ^= 1 << UInt8.random(in: 0..<8, using: &generator)
            } else {
                repeat { forged = forgery() } while verified.contains(forged)
            }
            index += 1
            if isForgery(forged) { done += 1 }
        }
    }

    private mutating func forgery() -> [UInt8] {
        Int.random(in: 0..<4, using: &generator) == 0 ? withChangedBytes() : withChangedFields()
    }

    private mutating func withChangedBytes() -> [UInt8] {
        var bytes = sound
        let start = Int.random(in: bytes.indices, using: &generator)
        let end = min(bytes.count, start + Int.random(in: 1...40, using: &generator))
        switch Int.random(in: 0..<5, using: &generator) {
        case 0: bytes.removeSubrange(start..<end)
        case 1: bytes.insert(contentsOf: bytes[start..<end], at: start)
        case 2: bytes.replaceSubrange(start..<end, with: bytes[start..<end].reversed())
        case 3: bytes[start] = UInt8.random(in: 0...255, using: &generator)
        default:
            for index in start..<end { bytes[index] = UInt8.random(in: 0...255, using: &generator) }
        }
        return bytes
    }

    private mutating func withChangedFields() -> [UInt8] {
        var forged = tree
        for _ in 0..<Int.random(in: 1...2, using: &generator) {
            guard let place = places.randomElement(using: &generator) else { break }
            if Bool.random(using: &generator), let donor = donors.randomElement(using: &generator),
                let other = donor[place[...]]
            {
                forged.change(at: place[...]) { $0 = other }
            } else {
                changeField(at: place, of: &forged)
            }
        }
        return forged.encoded
    }

    private mutating func changeField(at place: [Int], of forged: inout DERNode) {
        guard let node = forged[place[...]] else { return }
        if case .primitive(let bytes) = node.content {
            let changed = changed(bytes, isInteger: node.tag == 0x02)
            forged.change(at: place[...]) { $0.content = .primitive(changed) }
            return
        }
        var children = node.children
        guard let index = children.indices.randomElement(using: &generator),
            let other = children.indices.randomElement(using: &generator)
        else { return }
        switch Int.random(in: 0..<5, using: &generator) {
        case 0: children.remove(at: index)
        case 1: children.insert(children[index], at: other)
        case 2: children.swapAt(index, other)
        case 3: children[index] = children[other]
        default:
            if let stranger = places.randomElement(using: &generator).flatMap({ tree[$0[...]] }) {
                children[index] = stranger
            }
        }
        forged.change(at: place[...]) { $0.content = .constructed(children) }
    }

    private mutating func changed(_ bytes: [UInt8], isInteger: Bool) -> [UInt8] {
        var bytes = bytes
        guard !bytes.isEmpty else { return [UInt8.random(in: 0...255, using: &generator)] }
        if isInteger, Bool.random(using: &generator) {
            bytes[bytes.count - 1] &+= Bool.random(using: &generator) ? 1 : 0xff
            return bytes
        }
        switch Int.random(in: 0..<4, using: &generator) {
        case 0: bytes[Int.random(in: bytes.indices, using: &generator)] ^= UInt8.random(in: 1...255, using: &generator)
        case 1: bytes.removeLast()
        case 2: bytes.append(UInt8.random(in: 0...255, using: &generator))
        default: bytes = [UInt8](repeating: 0, count: bytes.count)
        }
        return bytes
    }
}
