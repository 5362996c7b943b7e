// The native form of errors: RFC 9457 problem details. Also the form where no dialect can be told.
#pragma once

#include "http/message.hpp"
#include "runtime/base/error.hpp"

namespace millrace::http {

/// `{"type","title","status","detail","code","request_id"}`, and `path` where the error names one.
/// What is internal (internal, storage, corrupt) is not told: its detail is
/// a fixed sentence.
Response problem(const Request& request, const Error& error);
/// The same under another status, for refusals that have no code of their own (408, 417, 431).
/// Usable as RenderError.
Response problem(const Request& request, const Error& error, int status);

}  // namespace millrace::http
