import HTTPTypes
import Hummingbird

// Logging in by the pages of an identity platform: the way there, and the way back.
extension Console {
    func addPlatformRoutes<Context: ConsoleRequestContext>(to router: some RouterMethods<Context>) {
        router.get("login/platform") { request, context in
            await respond(to: request, context, section: nil, entitlement: nil) { page in
                try checkThereIsOne()
                let next = Protected.localPath(try page.value("next"))
                let step = await services.access.beginAtPlatform(
                    next: next, browser: request.cookies[PlatformCookie.name]?.value, from: page.visitor.address,
                    language: page.language)
                return reply(to: step, next: next)
            }
        }
        router.get("login/platform/callback") { request, context in
            await respond(to: request, context, section: nil, entitlement: nil) { _ in
                try checkThereIsOne()
                let step = await services.access.finishAtPlatform(
                    query: request.uri.query ?? "", browser: request.cookies[PlatformCookie.name]?.value)
                return reply(to: step, next: "/")
            }
        }
    }

    /// - Throws: ``ConsoleError`` with code `notFound` where nobody can log in by a platform here.
    private func checkThereIsOne() throws(ConsoleError) {
        guard services.access.hasPlatform else {
            throw .notFound(Phrase("nobody logs in by an identity platform here", "本控制台未接入身份认证平台"))
        }
    }

    private func reply(to step: PlatformStep, next: String) -> Reply {
        switch step {
        case .depart(let address, let cookie):
            return .redirect(address, cookie: cookie)
        case .arrive(let next, let cookie):
            // Not a redirection: the platform's page has begun this way, and what it has begun carries no cookie of a
            // session (SameSite=Strict). What this console's own page goes on with does.
            return .page(PassagePage.arriving(at: Protected.localPath(next)), cookie: cookie)
        case .refused(let refusal, let seconds):
            return .page(RefusalPage.page(refusal, next: next), retryAfterSeconds: seconds)
        }
    }
}
