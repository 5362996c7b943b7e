// Live events: who asks for what, and whether there is room for one more stream.
#include "http/dialects/json_writer.hpp"
#include "http/dialects/orbit/answers.hpp"
#include "http/dialects/orbit/handlers.hpp"
#include "http/dialects/orbit/stream_requests.hpp"
#include "http/sse/event_stream.hpp"

namespace millrace::http::orbit {
namespace {

constexpr EventVoice voice{live_event, stream_control};

OrbitError no_room(const StreamSlots& slots) {
  const auto seconds = std::chrono::seconds(limits::retry_after).count();
  JsonWriter details;
  details.open_object().key("retry_after").number(seconds);
  details.key("limit").number(static_cast<std::int64_t>(slots.per_key_max())).close_object();
  return {429, "RATE_LIMITED", "too many streams are open", details.take()};
}

}  // namespace

void stream_executions(const Services& services, const MatchedPtr& matched, Respond respond) {
  auto filter = read_event_filter(matched->request);
  if (!filter) return respond(render(matched->request, filter.error()));
  if (services.feed == nullptr || !services.streams) {
    return respond(render_error(matched->request, {ErrorCode::unavailable, "no live events here"}));
  }
  auto slot = services.streams->take(matched->key->id);
  if (!slot) return respond(render(matched->request, no_room(*services.streams)));
  StreamRequest request{matched, read_last_event_id(matched->request), *filter, &voice,
                        std::move(slot)};
  Response response;
  response.content_type = "text/event-stream";
  response.headers = {{"Cache-Control", "no-cache, no-transform"}, {"X-Accel-Buffering", "no"}};
  response.stream = std::make_shared<EventStream>(services, std::move(request));
  respond(std::move(response));
}

}  // namespace millrace::http::orbit
