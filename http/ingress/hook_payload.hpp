// The payload of a webhook trigger: `{method, headers, query, body, raw_sha256}`, written around
// the body's own bytes and parsed once. Pure. Source: contracts «Triggers».
#pragma once

#include "http/message.hpp"
#include "runtime/base/error.hpp"
#include "runtime/base/json.hpp"
#include "runtime/base/redaction.hpp"

#include <span>
#include <string>

namespace millrace::http {

/// How the body is told, decided by Content-Type:
/// - JSON (`application/json`, `…+json`): as it is; anything but one JSON value is invalid_json.
/// - a form: an object of strings, a name that comes twice an array; but a form that begins with a
///   bracket is read as JSON where it is JSON, since that is what `curl -d '{…}'` sends.
/// - multipart/form-data: `{fields, files}` as multipart.hpp says.
/// - none, or anything else: a string; a body without a label is read as JSON where it is JSON.
/// - no bytes at all: null.
/// - bytes that are no UTF-8: a string of their base64, and beside `body` the members
///   `body_encoding: "base64"`, `body_type` (the Content-Type) and `body_bytes` (their number).
/// A form or multipart body that is broken is told like anything else: by its bytes.
///
/// Values of headers that authenticate the sender are masked, of those in `masked` (names in lower
/// case), and of those that `redaction` hides. A header or query name that comes twice is joined
/// with a comma.
Result<JsonDocumentPtr> make_hook_payload(const Request& request,
                                          std::span<const std::string> masked = {},
                                          const Redaction* redaction = nullptr);

}  // namespace millrace::http
