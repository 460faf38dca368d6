-- What one thread of wrk asks: the lines of ZHENGLIAN_QUESTIONS one after the other, each a licence and its file's digest.
--
-- ZHENGLIAN_READ says what is asked: look-up or verify. ZHENGLIAN_PAUSE are milliseconds between an answer and the next question.

local mode = os.getenv("ZHENGLIAN_READ")
local pause = tonumber(os.getenv("ZHENGLIAN_PAUSE"))
local headers = {
  ["Authorization"] = "Bearer " .. os.getenv("ZHENGLIAN_TOKEN"),
  ["Content-Type"] = "application/json",
}
local questions = {}
for line in io.lines(os.getenv("ZHENGLIAN_QUESTIONS")) do
  local licence, digest = line:match("^(%S+) (%S+)$")
  if mode == "verify" then
    local body = string.format('{"licence":"%s","file":"%s"}', licence, digest)
    questions[#questions + 1] = wrk.format("POST", "/api/v1/licences/verify", headers, body)
  else
    questions[#questions + 1] = wrk.format("GET", "/api/v1/licences/" .. licence, headers)
  end
end
local next = 0

function request()
  next = next % #questions + 1
  return questions[next]
end

if pause > 0 then
  function delay()
    -- Around the pause, so that connections do not march in step.
    return math.random(0, 2 * pause)
  end
end

function done(summary, latency)
  local errors = summary.errors
  print(string.format(
    '{"seconds":%.3f,"answers":%d,"refused":%d,"broken":%d,"p50":%.3f,"p99":%.3f,"longest":%.3f}',
    summary.duration / 1e6, summary.requests, errors.status, errors.connect + errors.read + errors.write + errors.timeout,
    latency:percentile(50) / 1e3, latency:percentile(99) / 1e3, latency.max / 1e3))
end
