import Foundation
import Formats

/// What one run fuzzes, by the environment that `make fuzz` sets: `FUZZ_TARGET`, and the genesis file that the seeds are
/// of in `FUZZ_GENESIS`.
private struct Run: Sendable {
    let target: FuzzTarget
    let genesis: Genesis

    static let current = Run(ProcessInfo.processInfo.environment)

    private init(_ environment: [String: String]) {
        guard let target = environment["FUZZ_TARGET"].flatMap(FuzzTarget.init(rawValue:)) else {
            let names = FuzzTarget.allCases.map(\.rawValue).joined(separator: ", ")
            preconditionFailure("FUZZ_TARGET is one of \(names); see 'make fuzz' in docs/HACKING.md")
        }
        guard let path = environment["FUZZ_GENESIS"], let data = FileManager.default.contents(atPath: path),
            let genesis = try? Genesis(derBytes: [UInt8](data))
        else { preconditionFailure("FUZZ_GENESIS is the path of a genesis file; see 'make fuzz' in docs/HACKING.md") }
        self.target = target
        self.genesis = genesis
    }
}

/// Called by libFuzzer with every input. What traps in here is a finding.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzz(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
    Run.current.target.run(Array(UnsafeBufferPointer(start: start, count: count)), against: Run.current.genesis)
    return 0
}
