public import Licences

// How an error is told over HTTP: one place for the API and for pages.
extension AccessError {
    /// The HTTP status that the error is answered with; 500 for a code that this version does not know.
    public var httpStatus: Int { Self.answers[code]?.status ?? 500 }

    /// What a person reads: what happened and what to do, in both languages, without the details of this one.
    public var explanation: BilingualText {
        Self.answers[code]?.text ?? BilingualText("the request could not be let in", "请求未被受理")
    }

    private struct Answer {
        let status: Int
        let text: BilingualText

        init(_ status: Int, _ english: String, _ chinese: String) {
            self.status = status
            text = BilingualText(english, chinese)
        }
    }

    private static let answers: [Code: Answer] = tokenAnswers.merging(callerAnswers) { first, _ in first }
        .merging(platformAnswers) { first, _ in first }

    private static let platformAnswers: [Code: Answer] = [
        .logInUnknown: Answer(
            400, "No such log-in is under way in this browser: begin again.", "本浏览器中没有该登录请求，或已失效：请重新登录。"),
        .logInCancelled: Answer(401, "The log-in was cancelled at the identity platform.", "已在身份认证平台取消登录。"),
        .wrongNonce: Answer(401, "The identity token belongs to another log-in: begin again.", "身份令牌不属于本次登录：请重新登录。"),
        .platformUnavailable: Answer(
            503, "The identity platform cannot be reached: try again.", "暂时无法访问身份认证平台：请稍后重试。"),
        .platformAnswerInvalid: Answer(
            502, "The identity platform answers what it must not: tell your administrator.", "身份认证平台的答复有误：请告知管理员。"),
    ]

    private static let tokenAnswers: [Code: Answer] = [
        .tokenTooLarge: Answer(401, "The token is too large.", "令牌过大。"),
        .malformedToken: Answer(401, "This is no token that can be read.", "令牌格式错误。"),
        .algorithmNotAllowed: Answer(
            401, "The token is signed by an algorithm that is not allowed.", "令牌的签名算法不被允许。"),
        .unknownIssuer: Answer(
            401, "The department does not trust the platform that has issued the token.", "部门未信任签发该令牌的身份认证平台。"),
        .unknownKey: Answer(401, "The platform publishes no such key: have a new token issued.", "平台未发布该密钥：请重新获取令牌。"),
        .keysUnavailable: Answer(
            503, "The keys of the identity platform cannot be had: try again.", "暂时无法取得身份认证平台的密钥：请稍后重试。"),
        .wrongSignature: Answer(401, "The token's signature does not hold.", "令牌签名无效。"),
        .wrongAudience: Answer(401, "The token is for somebody else.", "令牌的受众不是本系统。"),
        .tokenExpired: Answer(401, "The token has expired: have a new one issued.", "令牌已过期：请重新获取。"),
        .tokenNotYetValid: Answer(401, "The token is not valid yet: check the clocks.", "令牌尚未生效：请检查时钟。"),
        .tokenLifetimeTooLong: Answer(401, "The token is valid for too long.", "令牌有效期过长。"),
        .claimMissing: Answer(401, "The token lacks something that is needed.", "令牌缺少必要的声明。"),
    ]

    private static let callerAnswers: [Code: Answer] = [
        .notAuthenticated: Answer(401, "Show who you are: by a certificate or a token.", "请先证明身份：使用证书或令牌。"),
        .notEntitled: Answer(403, "You may not do this: ask your administrator.", "没有权限：请联系本部门管理员。"),
        .applicationUnknown: Answer(403, "The department has not registered this application.", "部门未登记该应用。"),
        .applicationSuspended: Answer(403, "The application is suspended.", "该应用已停用。"),
        .applicationExpired: Answer(403, "The application's last day is over.", "该应用的有效期已过。"),
        .personUnknown: Answer(403, "The department has registered no role for you.", "部门未登记您的权限。"),
        .certificateExpired: Answer(401, "The certificate is not in force now.", "证书不在有效期内。"),
        .certificateRevoked: Answer(401, "The certificate is revoked.", "证书已被吊销。"),
        .certificateRefused: Answer(401, "The certificate is no member's of this consortium.", "证书不属于本联盟成员。"),
        .wrongCredentials: Answer(401, "Name or password is wrong.", "账号或口令错误。"),
        .loginLocked: Answer(
            429, "Too many wrong passwords: wait a quarter of an hour.", "口令错误次数过多：请十五分钟后再试。"),
        .loginBusy: Answer(503, "Too many people log in at once: try again.", "同时登录的人数过多：请稍后重试。"),
        .sessionEnded: Answer(401, "The session is over: log in again.", "会话已结束：请重新登录。"),
        .tooManySessions: Answer(503, "There are too many sessions: try again later.", "会话过多：请稍后重试。"),
        .idempotencyKeyReused: Answer(
            422, "The idempotency key was used for another request.", "该幂等键已用于其他请求。"),
        .malformedIdempotencyKey: Answer(400, "This is no idempotency key: use a UUID.", "幂等键格式错误：请使用 UUID。"),
        .wrongFile: Answer(500, "A file of the gateway is not what it should be.", "网关的文件有误。"),
        .wrongValue: Answer(400, "A value is not what it should be.", "取值有误。"),
        .ledgerUnavailable: Answer(503, "The ledger cannot be asked: try again.", "暂时无法查询账本：请稍后重试。"),
    ]
}
