import Identity
import Testing

/// The code of the identity error that `body` throws; an issue where it throws nothing or something else.
func code(
    sourceLocation: SourceLocation = #_sourceLocation,
    of body: () throws -> some Any
) -> IdentityError.Code? {
    do {
        _ = try body()
        Issue.record("nothing was thrown", sourceLocation: sourceLocation)
        return nil
    } catch let error as IdentityError {
        #expect(!error.message.isEmpty, sourceLocation: sourceLocation)
        return error.code
    } catch {
        Issue.record("another error was thrown: \(error)", sourceLocation: sourceLocation)
        return nil
    }
}

/// Runs `body` with the bytes cut off after every length, and with every byte changed.
/// - Parameter seed: chooses the bit that is flipped in each byte.
func forEveryDamage(of bytes: [UInt8], seed: UInt64, _ body: ([UInt8]) -> Void) {
    for length in 0..<bytes.count {
        body(Array(bytes.prefix(length)))
    }
    var generator = SeededGenerator(seed: seed)
    for position in bytes.indices {
        var changed = bytes
        changed[position] ^= 1 << UInt8.random(in: 0..<8, using: &generator)
        body(changed)
    }
    body(bytes + [0])
}
