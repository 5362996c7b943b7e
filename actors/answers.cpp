// Gathering answers per sink: there are as many sinks as I/O threads, so a line of them is
// searched.
#include "actors/answers.hpp"

#include <algorithm>

namespace millrace::actors {

void AnswerBatch::add(ReplySink* sink, std::function<void()> answer) {
  auto found = std::find_if(sinks_.begin(), sinks_.end(),
                            [&](const auto& entry) { return entry.first == sink; });
  if (found == sinks_.end()) found = sinks_.insert(found, {sink, {}});
  found->second.push_back(std::move(answer));
}

void AnswerBatch::post() {
  for (auto& [sink, answers] : std::exchange(sinks_, {})) sink->post(std::move(answers));
}

}  // namespace millrace::actors
