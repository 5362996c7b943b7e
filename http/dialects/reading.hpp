// Read on the archive's thread, then go on on the I/O thread: for handlers that read before they
// change.
#pragma once

#include "http/services.hpp"

#include <memory>
#include <utility>

namespace millrace::http {

/// `work` returns a T on the archive's thread; `next` gets it on the I/O thread. When the archive's
/// queue is full, `work` never runs and `respond` gets the refusal.
template <class T>
void read_then(const Services& services, MatchedPtr matched, std::function<T()> work,
               std::function<void(T)> next, Respond respond) {
  auto found = std::make_shared<std::optional<T>>();
  services.read(
      std::move(matched),
      [found, work = std::move(work)] {
        found->emplace(work());
        return Response{};
      },
      [found, next = std::move(next), respond = std::move(respond)](Response refusal) {
        if (*found) {
          next(std::move(**found));
        } else {
          respond(std::move(refusal));
        }
      });
}

}  // namespace millrace::http
