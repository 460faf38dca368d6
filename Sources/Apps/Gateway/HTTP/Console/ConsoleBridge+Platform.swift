import Console
import GatewayAccess

// Logging in by the pages of the identity platform, as the console has it.
extension ConsoleBridge {
    func beginAtPlatform(
        next: String, browser: String?, from address: String?, language: ConsoleLanguage
    ) async -> PlatformStep {
        do throws(AccessError) {
            let departure = try await door.beginAtPlatform(
                next: next, browser: browser, from: address ?? "unknown",
                language: language == .chinese ? "zh-CN" : "en")
            // Not strict, as the session's is: the way back begins on a page of the platform, and a strict cookie does
            // not come along from there. It is sent with what leads to a page (GET) alone, and to two paths.
            let seconds = AccessLimits.logInAttemptLifetime.components.seconds
            let cookie =
                "\(PlatformCookie.name)=\(departure.browser); Path=\(PlatformCookie.path); Max-Age=\(seconds); "
                + "HttpOnly; SameSite=Lax\(isSecure ? "; Secure" : "")"
            return .depart(address: departure.address, cookie: cookie)
        } catch {
            return refusal(error)
        }
    }

    func finishAtPlatform(query: String, browser: String?) async -> PlatformStep {
        do throws(AccessError) {
            let (ticket, next) = try await door.finishAtPlatform(query: query, browser: browser)
            return .arrive(next: next, cookie: SessionCookie.field(ticket.cookie, isSecure: isSecure))
        } catch {
            return refusal(error)
        }
    }

    private func refusal(_ error: AccessError) -> PlatformStep {
        let refusal: PlatformRefusal =
            switch error.code {
            case .logInCancelled: .cancelled
            case .logInUnknown: .unknownLogIn
            case .personUnknown: .unknownPerson
            case .applicationUnknown, .applicationSuspended, .applicationExpired: .closedApplication
            case .unknownIssuer: .untrustedPlatform
            case .platformUnavailable, .keysUnavailable, .ledgerUnavailable: .unavailable
            case .loginBusy, .tooManySessions: .busy
            // Whatever is wrong with a token is the platform's doing, or somebody's who plays it.
            default: .invalidAnswer
            }
        return .refused(refusal, retryAfterSeconds: error.retryAfterSeconds)
    }
}
