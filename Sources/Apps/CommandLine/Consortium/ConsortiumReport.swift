import Formats
import Identity

/// What a genesis file fixes.
struct ConsortiumReport: Presentable {
    struct Department: Encodable {
        let name: Label
        let title: String
        let issuerCodes: [String]
    }

    struct Validator: Encodable {
        let member: MemberName
        let address: String
    }

    let name: Label
    let digest: Digest
    let channel: Label
    let channelIdentifier: Digest
    let suite: CryptoSuiteIdentifier
    let createdAt: String
    let departments: [Department]
    let validators: [Validator]
    let quorum: Int
    let toleratedFaults: Int
    let genesis: String

    init(_ genesis: Genesis, path: String) {
        let document = genesis.document
        name = document.consortium
        digest = genesis.digest
        channel = document.channel
        channelIdentifier = genesis.channel.digest
        suite = document.suite
        createdAt = document.createdAt.description
        departments = document.departments.map {
            Department(name: $0.name, title: $0.title, issuerCodes: $0.issuerCodes)
        }
        validators = zip(genesis.validators.indices, document.validators).compactMap { index, entry in
            genesis.validators[index].map {
                Validator(member: $0.member, address: "\(entry.host):\(entry.port)")
            }
        }
        quorum = genesis.validators.quorum
        toleratedFaults = genesis.validators.faultTolerance
        self.genesis = path
    }

    func lines(in language: Language) -> [String] {
        var phrases = [
            Phrase("consortium \(name)", "联盟 \(name)"),
            Phrase("  digest       \(digest)", "  摘要     \(digest)"),
            Phrase("  genesis      \(genesis)", "  创世文件 \(genesis)"),
            Phrase("  channel      \(channel)", "  通道     \(channel)"),
            Phrase("  suite        \(suite.rawValue)", "  密码套件 \(suite.rawValue)"),
            Phrase("  founded      \(createdAt)", "  成立于   \(createdAt)"),
        ]
        phrases += departments.map {
            Phrase("  department   \($0.name) \($0.title)", "  部门     \($0.name) \($0.title)")
        }
        phrases += validators.map {
            Phrase("  validator    \($0.member) at \($0.address)", "  验证节点 \($0.member) \($0.address)")
        }
        phrases.append(
            toleratedFaults > 0
                ? Phrase(
                    "  \(quorum) of \(validators.count) validators decide; \(toleratedFaults) may fail or lie",
                    "  \(validators.count) 个验证节点中 \(quorum) 个决定；容忍 \(toleratedFaults) 个失效或作恶"
                )
                : Phrase(
                    "  \(validators.count) validators tolerate no fault: four are needed for one",
                    "  \(validators.count) 个验证节点不容忍任何故障：容忍一个需要四个"
                )
        )
        return phrases.map { $0.text(in: language) }
    }
}
