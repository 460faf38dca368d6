import Foundation

#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

/// Reads a new password: from the terminal twice and without showing it, or the first line of standard input.
struct PasswordInput {
    private let console: Console

    init(_ console: Console) { self.console = console }

    /// - Throws: ``CommandFailure`` where there is none, or the two differ.
    func read() throws -> String {
        guard isatty(STDIN_FILENO) == 1 else { return try line() }
        let first = try hidden(Phrase("password:", "口令："))
        let second = try hidden(Phrase("the same again:", "再次输入："))
        guard first == second else {
            throw CommandFailure(.wrongUse, Phrase("the two passwords differ", "两次输入的口令不一致"))
        }
        return first
    }

    private func hidden(_ prompt: Phrase) throws -> String {
        console.note(prompt)
        var shown = termios()
        guard tcgetattr(STDIN_FILENO, &shown) == 0 else { throw Self.noTerminal }
        var secret = shown
        secret.c_lflag &= ~tcflag_t(ECHO)
        guard tcsetattr(STDIN_FILENO, TCSAFLUSH, &secret) == 0 else { throw Self.noTerminal }
        defer { tcsetattr(STDIN_FILENO, TCSAFLUSH, &shown) }
        return try line()
    }

    private func line() throws -> String {
        guard let line = readLine(strippingNewline: true), !line.isEmpty else {
            throw CommandFailure(.wrongUse, Phrase("standard input has no password", "标准输入中没有口令"))
        }
        return line
    }

    private static let noTerminal = CommandFailure(
        .unreachable,
        Phrase(
            "the terminal does not let itself be silenced: hand the password in by standard input",
            "无法关闭终端回显：请通过标准输入提供口令"))
}
