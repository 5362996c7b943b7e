-- wrk: POSTs variants of body.json, so that what is stored does not compress to nothing; one JSON
-- line at the end.
local file = io.open(os.getenv("BODY"), "r")
local body = file:read("*a")
file:close()

local function hexadecimal(count)
  local digits = {}
  for i = 1, count do digits[i] = string.format("%02x", math.random(0, 255)) end
  return table.concat(digits)
end

local requests, variants, turn = {}, 997, 0
function init()
  math.randomseed(7)
  for i = 1, variants do
    local text = body:gsub("cnt_%w+", "cnt_" .. hexadecimal(6))
    text = text:gsub("ord_%w+", "ord_" .. hexadecimal(4))
    text = text:gsub("%+14155550142", "+1" .. math.random(2000000000, 9999999999))
    text = text:gsub("on the left if nobody", "on the left " .. hexadecimal(16) .. " if nobody")
    requests[i] = wrk.format("POST", nil,
      {["Content-Type"] = "application/json", ["Host"] = "127.0.0.1"}, text)
  end
end

function request()
  turn = turn % variants + 1
  return requests[turn]
end

done = function(summary, latency)
  local errors = summary.errors
  io.write(string.format(
    '{"requests":%d,"errors":%d,"per_second":%.0f,"p50_ms":%.3f,"p99_ms":%.3f,"max_ms":%.1f}\n',
    summary.requests, errors.status + errors.connect + errors.read + errors.write + errors.timeout,
    summary.requests / (summary.duration / 1e6), latency:percentile(50) / 1000,
    latency:percentile(99) / 1000, latency.max / 1000))
end
