import CLibFuzzer
import Formats
import Foundation

/// What one run fuzzes, by the environment that `scripts/fuzz` sets: `FUZZ_TARGET`; in `FUZZ_GENESIS` the genesis files
/// that the seeds are of, with colons between them; in `FUZZ_TRUSTED` a trusted set of the first one's.
private struct Run: Sendable {
    let target: FuzzTarget
    let fixtures: FuzzFixtures

    static let current = Run(ProcessInfo.processInfo.environment)

    private init(_ environment: [String: String]) {
        guard let target = environment["FUZZ_TARGET"].flatMap(FuzzTarget.init(rawValue:)) else {
            let names = FuzzTarget.allCases.map(\.rawValue).joined(separator: ", ")
            preconditionFailure("FUZZ_TARGET is one of \(names); see 'make fuzz' in docs/HACKING.md")
        }
        let paths = (environment["FUZZ_GENESIS"] ?? "").split(separator: ":")
        let genesisFiles = paths.compactMap { path in
            Self.bytes(of: String(path)).flatMap { try? Genesis(derBytes: $0) }
        }
        let trusted = Self.bytes(of: environment["FUZZ_TRUSTED"] ?? "").flatMap {
            try? TrustedValidators(derBytes: $0, limit: TrustedValidators.maximumByteCount)
        }
        guard let genesis = genesisFiles.first, genesisFiles.count == paths.count, let trusted,
            let client = try? LightClient(genesis: genesis, trusted: trusted)
        else {
            preconditionFailure("FUZZ_GENESIS and FUZZ_TRUSTED name the fixtures; see 'make fuzz' in docs/HACKING.md")
        }
        self.target = target
        fixtures = FuzzFixtures(genesis: genesis, others: Array(genesisFiles.dropFirst()), client: client)
    }
}

extension Run {
    private static func bytes(of path: String) -> [UInt8]? {
        FileManager.default.contents(atPath: path).map { [UInt8]($0) }
    }
}

@main
enum Fuzz {
    /// Hands the program's arguments to libFuzzer, which calls back with every input. What traps there is a finding.
    static func main() {
        var count = CommandLine.argc
        var arguments: UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>? = CommandLine.unsafeArgv
        let status = withUnsafeMutablePointer(to: &arguments) { pointer in
            LLVMFuzzerRunDriver(&count, pointer) { start, size in
                let bytes = Array(UnsafeBufferPointer(start: start, count: size))
                Run.current.target.run(bytes, with: Run.current.fixtures)
                return 0
            }
        }
        exit(status)
    }
}
