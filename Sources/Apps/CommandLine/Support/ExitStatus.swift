import ArgumentParser

/// How every command ends.
enum ExitStatus: Int32 {
    /// Done.
    case done = 0
    /// Refused or contradicted: the answer is no.
    case refused = 1
    /// The command was called wrongly.
    case wrongUse = 2
    /// Something could not be reached or checked: there is no answer.
    case unreachable = 3

    var code: ExitCode { ExitCode(rawValue) }
}
