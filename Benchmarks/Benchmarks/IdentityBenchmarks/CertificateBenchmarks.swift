import Benchmark
import Identity

/// A member's certificate of a consortium of eight departments, at a fixed time.
private struct Certificates {
    static let time = Timestamp(milliseconds: 1_800_000_000_000)

    let anchors: TrustAnchors
    let certificate: MemberCertificate

    init(suite: any CryptoSuite) throws {
        guard let consortium = ConsortiumName("benchmark"), let name = Label("node-1") else {
            preconditionFailure("both literals are labels")
        }
        let validity = Self.time.advanced(by: .seconds(-3600))...Self.time.advanced(by: .seconds(3600))
        let departments = (1...8).compactMap { DepartmentName("department-\($0)") }
        let authorities = try departments.map { department in
            try CertificateAuthority.create(department: department, suite: suite, validity: validity)
        }
        guard let last = authorities.last else {
            preconditionFailure("the range above is not empty")
        }
        self.anchors = try TrustAnchors(consortium: consortium, suite: suite, anchors: authorities.map(\.anchor))
        self.certificate = try last.issue(
            to: MemberName(department: last.anchor.department, role: .validator, name: name),
            in: consortium,
            publicKey: suite.generateSigningKey().verificationKey,
            validity: validity
        )
    }
}

/// What a TLS handshake and a first transaction ask of the trust anchors.
func registerCertificateBenchmarks(of identifier: CryptoSuiteIdentifier) {
    let suite = identifier.suite

    Benchmark(
        "\(identifier.rawValue): parse and authenticate a certificate",
        closure: { (benchmark: Benchmark, certificates: Certificates) in
            for _ in benchmark.scaledIterations {
                blackHole(try certificates.anchors.authenticate(certificates.certificate.der, at: Certificates.time))
            }
        },
        setup: { try Certificates(suite: suite) }
    )

    Benchmark(
        "\(identifier.rawValue): authenticate a parsed certificate",
        closure: { (benchmark: Benchmark, certificates: Certificates) in
            for _ in benchmark.scaledIterations {
                try certificates.anchors.authenticate(certificates.certificate, at: Certificates.time)
            }
        },
        setup: { try Certificates(suite: suite) }
    )
}
