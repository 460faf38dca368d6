import HTTPTypes
import Hummingbird

/// What every answer of the console carries, and what forms have to bring.
enum Protected {
    /// Nothing from elsewhere, no script or style within a page, no frame around it, no form to elsewhere.
    static let contentSecurityPolicy = [
        "default-src 'none'", "script-src 'self'", "style-src 'self'", "img-src 'self' data:", "connect-src 'self'",
        "form-action 'self'", "frame-ancestors 'none'", "base-uri 'none'",
    ].joined(separator: "; ")

    private static let headers: [(String, String)] = [
        ("Content-Security-Policy", contentSecurityPolicy),
        ("X-Content-Type-Options", "nosniff"),
        ("X-Frame-Options", "DENY"),
        ("Referrer-Policy", "same-origin"),
        ("Cross-Origin-Opener-Policy", "same-origin"),
        ("Cross-Origin-Resource-Policy", "same-origin"),
        ("Permissions-Policy", "camera=(self), geolocation=(), microphone=()"),
    ]

    /// The answer with the headers.
    static func response(_ response: Response) -> Response {
        var response = response
        for (name, value) in headers {
            guard let name = HTTPField.Name(name) else { preconditionFailure("'\(name)' is a header's name") }
            response.headers[name] = value
        }
        return response
    }

    /// Lets a form pass that a page of this console has sent.
    ///
    /// Browsers say where a form comes from (`Sec-Fetch-Site`, else `Origin`), and say so truly; what says neither is
    /// no browser and has no business here. A session's forms carry its token besides.
    /// - Throws: ``ConsoleError`` with code `foreignForm`.
    static func checkForm(_ request: Request, token: String?, visitor: Visitor) throws {
        let refusal = ConsoleError(
            .foreignForm, Phrase("this form was not sent by a page of this console", "该表单并非由本控制台页面提交"),
            advice: Phrase("open the page again and send it from there", "请重新打开页面后提交"))
        guard isSameOrigin(request) else { throw refusal }
        if let expected = visitor.formToken {
            guard let token, isEqual(token, expected) else { throw refusal }
        }
    }

    private static func isSameOrigin(_ request: Request) -> Bool {
        if let site = HTTPField.Name("Sec-Fetch-Site").flatMap({ request.headers[$0] }) {
            return site == "same-origin" || site == "none"
        }
        guard let origin = request.headers[.origin], let authority = request.head.authority, !authority.isEmpty else {
            return false
        }
        return origin == "https://\(authority)" || origin == "http://\(authority)"
    }

    /// In a time that does not tell where two texts differ.
    private static func isEqual(_ left: String, _ right: String) -> Bool {
        let (left, right) = (Array(left.utf8), Array(right.utf8))
        guard left.count == right.count else { return false }
        return zip(left, right).reduce(UInt8(0)) { $0 | ($1.0 ^ $1.1) } == 0
    }

    /// Where to go after logging in: a path of this console, and nowhere else.
    static func localPath(_ text: String?) -> String {
        guard let text, text.hasPrefix("/"), !text.hasPrefix("//"), !text.hasPrefix("/\\"),
            text.utf8.count <= 1_024, text.utf8.allSatisfy({ (0x21...0x7E).contains($0) && $0 != 0x5C })
        else { return "/" }
        return text
    }
}
