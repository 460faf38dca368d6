import ArgumentParser
import Formats
import Foundation
import Identity
import Licences
import Nodes
import ZhenglianClient

struct HolderCommands: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "holder",
        abstract: "Pseudonyms of holders (持证主体假名) and holders' devices.",
        subcommands: [
            HolderKeys.self, HolderPseudonymCommand.self, HolderResolve.self, HolderRelink.self,
            HolderDeviceCommand.self,
        ]
    )
}

/// Where a consortium's pseudonym keys are.
struct PseudonymKeyOptions: ParsableArguments {
    @Option(help: "The file with the consortium's pseudonym keys, which its owner alone may read.")
    var keys: String

    @Option(help: "The consortium's genesis file.")
    var genesis: String

    func readGenesis() throws -> Genesis { try GenesisFile.read(genesis) }

    func readKeyring() throws -> PseudonymKeyring {
        try PseudonymKeyringFile.read(keys, genesis: try readGenesis())
    }
}

struct HolderKeys: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "keys",
        abstract: "The consortium's pseudonym keys, by epoch (密钥纪元).",
        subcommands: [HolderKeysInit.self, HolderKeysRotate.self, HolderKeysShow.self]
    )
}

struct HolderKeysInit: ZhenglianCommand {
    static let configuration = CommandConfiguration(
        commandName: "init",
        abstract: "Make the consortium's first pseudonym key; once, by whoever the consortium trusts with it.",
        discussion: """
            Hand the file to the departments that issue licences or identify holders, over a way of its own. Whoever has
            it can try identity numbers against the ledger.

            Example: zhenglian holder keys init --keys pseudonyms.json --genesis genesis.der
            """
    )

    @OptionGroup var keyOptions: PseudonymKeyOptions
    @OptionGroup var options: ConsoleOptions

    func run(_ console: Console) async throws {
        let keyring = PseudonymKeyring(genesis: try keyOptions.readGenesis(), begins: SystemWallClock().now)
        try PseudonymKeyringFile.create(keyring, at: keyOptions.keys)
        try console.present(KeyringReport(keyring, path: keyOptions.keys))
    }
}

struct HolderKeysRotate: ZhenglianCommand {
    static let configuration = CommandConfiguration(
        commandName: "rotate",
        abstract: "Begin a new epoch with a fresh key; the older keys stay in the file.",
        discussion: """
            New pseudonyms are made under the new key from then on. What is on the ledger stays under the older ones and
            is found under them.

            Example: zhenglian holder keys rotate --keys pseudonyms.json --genesis genesis.der
            """
    )

    @OptionGroup var keyOptions: PseudonymKeyOptions
    @OptionGroup var options: ConsoleOptions

    func run(_ console: Console) async throws {
        let genesis = try keyOptions.readGenesis()
        let keyring = try PseudonymKeyringFile.read(keyOptions.keys, genesis: genesis)
            .rotated(at: SystemWallClock().now)
        try PseudonymKeyringFile.replace(keyring, at: keyOptions.keys, genesis: genesis)
        try console.present(KeyringReport(keyring, path: keyOptions.keys))
    }
}

struct HolderKeysShow: ZhenglianCommand {
    static let configuration = CommandConfiguration(
        commandName: "show",
        abstract: "Show the epochs of a file of pseudonym keys, never the keys.",
        discussion: "Example: zhenglian holder keys show --keys pseudonyms.json --genesis genesis.der"
    )

    @OptionGroup var keyOptions: PseudonymKeyOptions
    @OptionGroup var options: ConsoleOptions

    func run(_ console: Console) async throws {
        try console.present(KeyringReport(try keyOptions.readKeyring(), path: keyOptions.keys))
    }
}

private struct KeyringReport: Presentable {
    struct Epoch: Encodable {
        let epoch: UInt32
        let begins: String
    }

    let path: String
    let consortium: Digest
    let suite: String
    let epochs: [Epoch]

    init(_ keyring: PseudonymKeyring, path: String) {
        self.path = path
        consortium = keyring.consortium
        suite = keyring.suite.rawValue
        epochs = keyring.epochs.map { Epoch(epoch: $0.number, begins: "\($0.begins)") }
    }

    func lines(in language: Language) -> [String] {
        var lines = [
            Phrase(
                "\(path): \(epochs.count) pseudonym keys (\(suite))", "\(path)：\(epochs.count) 个假名密钥（\(suite)）"
            ).text(in: language)
        ]
        lines += epochs.map { epoch in
            Phrase("  epoch \(epoch.epoch) since \(epoch.begins)", "  纪元 \(epoch.epoch)，自 \(epoch.begins)")
                .text(in: language)
        }
        return lines
    }
}

/// A holder's kind and number, from an option or from standard input.
struct HolderNumberOptions: ParsableArguments {
    @Option(help: "The kind of the holder's number: 001 unified social credit code, 111 resident identity number.")
    var holderCodeType = "111"

    @Option(
        help: ArgumentHelp(
            "The holder's number. Others on this machine may see it: without it, a line of standard input is read."))
    var holderCode: String?

    func holder() throws -> HolderCode {
        guard let text = holderCode ?? readLine(strippingNewline: true) else {
            throw CommandFailure(
                .wrongUse,
                Phrase("give --holder-code, or the number on standard input", "请给出 --holder-code，或由标准输入给出号码"))
        }
        return try Self.holder(text.trimmingCharacters(in: .whitespaces), type: holderCodeType)
    }

    static func holder(_ text: String, type: String) throws -> HolderCode {
        var findings: [LicenceError] = []
        let holder = try HolderCode.read(text, type: type, findings: &findings)
        if let finding = findings.first { throw finding }
        return holder
    }
}

/// Holders by their numbers, in a file with TYPE,NUMBER on each line.
enum HolderListFile {
    private static let maximumByteCount = 64 << 20

    /// - Throws: `FileError`; ``CommandFailure`` or `LicenceError` for a line that names no holder.
    static func read(_ path: String) throws -> [HolderCode] {
        let lines = try ProtectedFile.text(of: path, limit: maximumByteCount).split(whereSeparator: \.isNewline)
        return try lines.enumerated().map { index, line in
            let parts = line.split(separator: ",", omittingEmptySubsequences: false)
            guard parts.count == 2 else {
                throw CommandFailure(
                    .wrongUse,
                    Phrase("\(path), line \(index + 1): not TYPE,NUMBER", "\(path) 第 \(index + 1) 行：不是 类型,号码"))
            }
            return try HolderNumberOptions.holder(String(parts[1]), type: String(parts[0]))
        }
    }
}

struct HolderPseudonymCommand: ZhenglianCommand {
    static let configuration = CommandConfiguration(
        commandName: "pseudonym",
        abstract: "The pseudonyms of a holder, of all epochs, the newest first.",
        discussion: """
            Example: zhenglian holder pseudonym --keys pseudonyms.json --genesis genesis.der \\
                         --holder-code-type 001 --holder-code 91650100MA7ABCD12T
            """
    )

    @OptionGroup var keyOptions: PseudonymKeyOptions
    @OptionGroup var number: HolderNumberOptions
    @OptionGroup var options: ConsoleOptions

    func run(_ console: Console) async throws {
        try console.present(Report(pseudonyms: try keyOptions.readKeyring().pseudonyms(of: try number.holder())))
    }

    private struct Report: Presentable {
        let pseudonyms: [HolderPseudonym]

        func lines(in language: Language) -> [String] { pseudonyms.map(\.text) }
    }
}

struct HolderRelink: ZhenglianCommand {
    static let configuration = CommandConfiguration(
        commandName: "relink",
        abstract: "Write the private table of which older pseudonyms are whose newest ones.",
        discussion: """
            The holders come in a file with TYPE,NUMBER on each line. The table joins what the ledger keeps apart: keep
            it as secret as the keys.

            Example: zhenglian holder relink --keys pseudonyms.json --genesis genesis.der --holders holders.txt \\
                         --out relinking.json
            """
    )

    @OptionGroup var keyOptions: PseudonymKeyOptions

    @Option(help: "A file with TYPE,NUMBER on each line, at most 64 MiB.")
    var holders: String

    @Option(help: "Where the table goes; no file may be there.")
    var out: String

    @OptionGroup var options: ConsoleOptions

    func run(_ console: Console) async throws {
        let keyring = try keyOptions.readKeyring()
        let codes = try HolderListFile.read(holders)
        let table = try HolderRelinkingTable(of: codes, keyring: keyring)
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys]
        try ProtectedFile.create(at: out, with: [UInt8](try encoder.encode(table)), access: .secret)
        try console.present(Report(path: out, holders: codes.count, entries: table.entries.count))
    }

    private struct Report: Presentable {
        let path: String
        let holders: Int
        let entries: Int

        func lines(in language: Language) -> [String] {
            [
                Phrase(
                    "\(path): \(entries) older pseudonyms of \(holders) holders",
                    "\(path)：\(holders) 个主体的 \(entries) 个旧假名"
                ).text(in: language)
            ]
        }
    }
}

struct HolderDeviceCommand: ZhenglianCommand {
    static let configuration = CommandConfiguration(
        commandName: "device",
        abstract: "Make the key of a holder's device; a counter binds its public half to the holder's pseudonym.",
        discussion: """
            Example: zhenglian holder device --out device.key --genesis genesis.der
            """
    )

    @Option(help: "Where the private key goes; no file may be there. The public half goes to the same name with .pub.")
    var out: String

    @Option(help: "The consortium's genesis file.")
    var genesis: String

    @OptionGroup var options: ConsoleOptions

    func run(_ console: Console) async throws {
        let suite = try GenesisFile.read(genesis).suite
        let key = suite.generateSigningKey()
        try ProtectedFile.create(at: out, with: Array(key.pemRepresentation.utf8), access: .secret)
        let publicKey = key.verificationKey.subjectPublicKeyInfo
        try ProtectedFile.create(at: "\(out).pub", with: publicKey, access: .shared)
        try console.present(
            Report(privateKey: out, publicKey: "\(out).pub", identifier: key.verificationKey.identifier))
    }

    private struct Report: Presentable {
        let privateKey: String
        let publicKey: String
        let identifier: KeyIdentifier

        func lines(in language: Language) -> [String] {
            [
                Phrase("device key: \(privateKey)", "设备私钥：\(privateKey)").text(in: language),
                Phrase(
                    "public half (DER) to be bound: \(publicKey)", "待绑定的公钥（DER）：\(publicKey)"
                ).text(in: language),
            ]
        }
    }
}
