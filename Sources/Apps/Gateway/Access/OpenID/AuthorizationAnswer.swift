/// What a platform sends a browser back with (OpenID Connect Core 1.0, sections 3.1.2.5 and 3.1.2.6; RFC 9207).
struct AuthorizationAnswer: Sendable {
    enum Outcome: Sendable, Hashable {
        case code(String)
        /// Nobody has logged in; the platform's word for why, which is one of few.
        case error(String)
    }

    /// Which attempt it is of.
    let state: String
    private let outcome: Outcome
    private let issuer: String?

    /// Reads the query of the callback.
    /// - Throws: ``AccessError`` with code `logInUnknown` where no attempt can be named.
    init(query: String) throws(AccessError) {
        guard let parameters = FormParameters(reading: query, limit: AccessLimits.authorizationAnswerBytes),
            let state = parameters["state"]
        else {
            throw AccessError(.logInUnknown, "this is no answer to a log-in of this console: begin again")
        }
        self.state = state
        issuer = parameters["iss"]
        switch (parameters["code"], parameters["error"]) {
        case (let code?, nil) where !code.isEmpty: outcome = .code(code)
        case (nil, let error?): outcome = .error(Self.word(error))
        // With both, or with neither, it says nothing.
        default: outcome = .error("no_code")
        }
    }

    /// The code, once it is certain who has given it.
    /// - Throws: ``AccessError`` with code `platformAnswerInvalid` for an answer of another platform, or with that of
    ///   the platform's refusal.
    func code(from platform: PlatformMetadata) throws(AccessError) -> String {
        // Before anything else of the answer is believed: another platform's answer is how codes are stolen.
        if let issuer {
            guard issuer == platform.issuer.text else {
                throw AccessError(.platformAnswerInvalid, "the answer comes from another identity platform")
            }
        } else if platform.namesItself {
            throw AccessError(.platformAnswerInvalid, "the answer does not say from which identity platform it comes")
        }
        switch outcome {
        case .code(let code): return code
        case .error("access_denied"), .error("login_required"), .error("interaction_required"):
            throw AccessError(.logInCancelled, "the log-in was cancelled at the identity platform: begin again")
        case .error("temporarily_unavailable"), .error("server_error"):
            throw AccessError(.platformUnavailable, "the identity platform cannot log anybody in at the moment")
        case .error(let word):
            throw AccessError(.platformAnswerInvalid, "the identity platform refuses the log-in: '\(word)'")
        }
    }

    /// The platform's word as far as it is one (RFC 6749, section 4.1.2.1), which may stand in a log.
    static func word(_ text: String) -> String {
        let isWord = text.utf8.allSatisfy { (UInt8(ascii: "a")...UInt8(ascii: "z")).contains($0) || $0 == 0x5F }
        return isWord && (1...40).contains(text.utf8.count) ? text : "unknown"
    }
}
