import Foundation
import GatewayAccess
import Identity
import LocalConsortium
import Nodes

extension DemoStory {
    /// Who looks at the consoles of the demonstration.
    private static let visitor: Label = {
        guard let name = Label("visitor") else { preconditionFailure("the name has small letters alone") }
        return name
    }()

    /// Says where the consoles are, and gives people an account that may look at everything, with a password that is
    /// made up each time.
    func inviteToConsoles(of consortium: FoundedConsortium) {
        var generator = SystemRandomNumberGenerator()
        let password = (0..<3).map { _ in String(UInt32.random(in: 0x1000_0000 ... .max, using: &generator), radix: 36)
        }
        .joined(separator: "-")
        do {
            let reading: Set<GatewayAccess.Entitlement> = [
                .verify, .readLedger, .readLicences, .readAuthorisations, .readUses, .readTraces, .readCases,
                .readConsortium, .readEvents, .readOperations,
            ]
            let account = LocalAccount(
                name: Self.visitor, entitlements: reading, createdAt: SystemWallClock().now,
                password: try PasswordHash(password, using: &generator))
            var accounts = AccountFile()
            try accounts.put(account)
            for department in plan.departments {
                let directory = "\(folder.node(of: department.name))/data/gateway"
                try ProtectedFile.createDirectory(directory)
                try accounts.write(file: "\(directory)/accounts.json")
            }
        } catch {
            return narrator.console.note(
                Phrase("the consoles have no account: \(error)", "控制台账户无法建立：\(error)"))
        }
        narrator.console.note(
            Phrase(
                "The consoles of the departments; log in as \(Self.visitor) with \(password):",
                "各部门的控制台；登录名 \(Self.visitor)，口令 \(password)："))
        for department in plan.departments {
            guard let address = consortium.httpAddress(of: department) else { continue }
            narrator.console.note(
                Phrase("  \(department.name)  http://\(address)/", "  \(department.title)  http://\(address)/"))
        }
    }
}
