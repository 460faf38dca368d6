public import Formats
public import Identity
public import Ledger

#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

/// The facts about a node that does not run, from its files and its machine.
public struct StoppedNode: Sendable {
    /// `nil` where the identity cannot be read.
    public let member: MemberName?
    /// Why the identity cannot be used; `nil` where it can.
    public let identityProblem: String?
    public let certificates: [NodeHealth.Certificate]
    /// Why the data directory cannot be used; `nil` where it can, or where there is none yet.
    public let dataProblem: String?
    /// A process uses the data directory.
    public let isRunning: Bool
    public let hasData: Bool
    public let hasLedger: Bool
    public let hasVotes: Bool
    public let storage: StorageState
    /// Where the genesis says that the node listens; `nil` where it does not say.
    public let address: NodeConfiguration.Endpoint?
    /// Whether that port can be listened on; `nil` where it cannot be told.
    public let isAddressFree: Bool?
    /// The last executed height; `nil` where no ledger can be read.
    public let height: Height?
    /// What the program lacks of what has been decided about contracts, the lowest height first.
    public let missingContracts: [MissingContractVersion]

    package init(
        member: MemberName?, identityProblem: String?, certificates: [NodeHealth.Certificate], dataProblem: String?,
        isRunning: Bool, hasData: Bool, hasLedger: Bool, hasVotes: Bool, storage: StorageState,
        address: NodeConfiguration.Endpoint?, isAddressFree: Bool?, height: Height? = nil,
        missingContracts: [MissingContractVersion] = []
    ) {
        self.member = member
        self.identityProblem = identityProblem
        self.certificates = certificates
        self.dataProblem = dataProblem
        self.isRunning = isRunning
        self.hasData = hasData
        self.hasLedger = hasLedger
        self.hasVotes = hasVotes
        self.storage = storage
        self.address = address
        self.isAddressFree = isAddressFree
        self.height = height
        self.missingContracts = missingContracts
    }

    /// Looks at the files. Nothing is changed, but that an existing directory is locked for a moment.
    /// - Parameters:
    ///   - identity: the node's identity directory.
    ///   - data: the node's data directory.
    ///   - contracts: what the program has that the node would be started with.
    public init(genesis: Genesis, identity: String, data: String, contracts: Contracts, at time: Timestamp) {
        var problem: String?
        var certificates: [NodeHealth.Certificate] = []
        var member: MemberName?
        do {
            let identities = try IdentityDirectory(identity).loadAll(suite: genesis.suite)
            member = identities.member
            certificates = HealthService.certificates(of: identities, revocations: Revocations())
            // Dates are judged apart, so that a person reads when and not only that.
            let isValid =
                identities.ledger.certificate.notBefore <= time && time <= identities.ledger.certificate.notAfter
            if isValid {
                try genesis.anchors.authenticate(identities.ledger.certificate, at: time)
                try genesis.transportAnchors.authenticate(identities.transport.certificate, at: time)
            }
        } catch {
            problem = "\(error)"
        }
        let hasData = ProtectedFile.exists(data)
        var (isRunning, dataProblem): (Bool, String?) = (false, nil)
        if hasData {
            do throws(FileError) {
                _ = try DataDirectory(data, genesis: genesis)
            } catch {
                isRunning = error.code == .inUse
                dataProblem = isRunning ? nil : "\(error)"
            }
        }
        let hasLedger = ProtectedFile.exists("\(data)/ledger.sqlite")
        var height: Height?
        var missingContracts: [MissingContractVersion] = []
        if hasLedger, !isRunning, dataProblem == nil {
            do throws(LedgerError) {
                let file = try LedgerFile("\(data)/ledger.sqlite", genesis: genesis)
                height = try file.head().height
                missingContracts = try file.missing(of: contracts)
            } catch {
                dataProblem = "\(error)"
            }
        }
        let address = member.flatMap { genesis.validatorAddresses[$0] }
        self.init(
            member: member,
            identityProblem: problem,
            certificates: certificates,
            dataProblem: dataProblem,
            isRunning: isRunning,
            hasData: hasData,
            hasLedger: hasLedger,
            hasVotes: ProtectedFile.exists("\(data)/votes"),
            storage: StorageState(of: hasData ? data : Self.parent(of: data)),
            address: address,
            isAddressFree: isRunning ? nil : address.flatMap { Self.canListen(on: $0.port) },
            height: height,
            missingContracts: missingContracts
        )
    }

    private static func parent(of path: String) -> String {
        let parent = path.split(separator: "/", omittingEmptySubsequences: false).dropLast().joined(separator: "/")
        return parent.isEmpty ? (path.hasPrefix("/") ? "/" : ".") : parent
    }

    /// Whether a process could listen on the port, on all addresses (bind(2)). A port that was used a moment ago is
    /// free.
    private static func canListen(on port: Int) -> Bool? {
        #if canImport(Glibc)
            let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        #else
            let descriptor = socket(AF_INET, SOCK_STREAM, 0)
        #endif
        guard descriptor >= 0 else { return nil }
        defer { close(descriptor) }
        var reuse: Int32 = 1
        setsockopt(descriptor, SOL_SOCKET, SO_REUSEADDR, &reuse, socklen_t(MemoryLayout<Int32>.size))
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = in_port_t(UInt16(truncatingIfNeeded: port)).bigEndian
        let result = withUnsafePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                bind(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
            }
        }
        if result == 0 { return true }
        return errno == EADDRINUSE ? false : nil
    }
}
