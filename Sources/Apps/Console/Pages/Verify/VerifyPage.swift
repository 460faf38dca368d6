import Formats
import Foundation
import Identity
import ZhenglianClient

/// Checks licences and receipts in the browser; this server only sends the page.
enum VerifyPage {
    static func page(_ request: PageRequest) async throws -> Page {
        Page(Words.verify, Model(request), isLive: false)
    }

    /// The names that the fragment of the page has for what the server knows.
    struct Model: Sendable {
        let language: String
        let assets: String
        /// DER of the genesis in base64.
        let genesis: String
        let node: String
        let isThere: Bool

        init(_ request: PageRequest) {
            language = request.language.rawValue
            assets = request.parts.assets.base
            genesis = Data(request.services.genesis.document.derBytes).base64EncodedString()
            node = request.services.client.identity.member.description
            isThere = request.parts.assets.verifyFragment != nil
        }
    }
}

extension Words {
    static let verify = WordTable(
        "verify",
        [
            "title": Phrase("Verify", "核验"),
            "lead": Phrase(
                "Files are hashed and checked in this browser. Nothing that you choose here is sent anywhere.",
                "文件在本浏览器内计算与核验，所选内容不会发送到任何地方。"),
            "needsModules": Phrase(
                "This edition of the program was built without the modules that check in the browser. The command line "
                    + "checks the same:", "本版本程序未包含浏览器核验模块，可用命令行完成同样的核验："),
            "genesis": Phrase("Genesis file of this consortium", "本联盟的创世文件"),
        ])
}
