-- wrk: plain GET; the same JSON line at the end as post.lua.
done = function(summary, latency)
  local errors = summary.errors
  io.write(string.format(
    '{"requests":%d,"errors":%d,"per_second":%.0f,"p50_ms":%.3f,"p99_ms":%.3f,"max_ms":%.1f}\n',
    summary.requests, errors.status + errors.connect + errors.read + errors.write + errors.timeout,
    summary.requests / (summary.duration / 1e6), latency:percentile(50) / 1000,
    latency:percentile(99) / 1000, latency.max / 1000))
end
