import ArgumentParser
import DepartmentSimulation

struct AdoptDefinition: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "adopt",
        abstract: "Have administrators of departments adopt a definition (由各部门管理员通过事项定义).",
        discussion: "The first proposes it, all others approve it. It comes into force ten heights later."
    )

    @Argument(help: "The definition: JSON.")
    var file: String

    @OptionGroup var common: CommonOptions

    @Option(help: "The directory with certificate and key of a department's administrator; repeat for more.")
    var identity: [String]

    func run() async throws {
        for (number, path) in identity.enumerated() {
            let connection = try common.connection(path)
            do {
                try await DefinitionAdoption(connection).decide(on: file, isFirst: number == 0)
            } catch {
                await connection.close()
                throw error
            }
            await connection.close()
        }
    }
}
