// Events as they are sent: our envelope, and CloudEvents 1.0 in its three ways over HTTP. Pure.
// Sources: contracts «Orbit», webhook body; CloudEvents HTTP protocol binding and JSON
// format 1.0.2.
#pragma once

#include "http/dialects/orbit/errors.hpp"
#include "http/message.hpp"
#include "runtime/base/json.hpp"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace millrace::http {

struct InboundEvent {
  /// What `trigger` is: the envelope or the event of the JSON format as it came; of the binary way,
  /// the same made of the `ce-` headers and the body.
  JsonDocumentPtr payload;
  std::string type;
  std::string source;             ///< empty: not given
  std::string id;                 ///< empty: not given; unique within its source
  std::optional<Timestamp> time;  ///< `time`, in our envelope also `created_at`
  std::string contact;  ///< `contact.id`, else the normalised `contact.phone`; empty: none
};

/// Which way it was sent is decided by the headers alone:
/// - `application/cloudevents+json`: one event; `application/cloudevents-batch+json`: an array of
///   at most limits::event_batch_max.
/// - `ce-specversion`: the body is `data`; JSON as it is, other text a string, the rest
///   `data_base64`.
/// - else our envelope `{type, id?, source?, created_at?, data?, …}`.
/// CloudEvents must have specversion 1.0, id, source and type. What else an event holds is data.
orbit::OrbitResult<std::vector<InboundEvent>> read_events(const Request& request);

/// By what an event is known: its id within its source; empty when it has none.
std::string name_of(const InboundEvent& event);

}  // namespace millrace::http
