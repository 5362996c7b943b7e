// Flow versions compiled: from the stored definition to a Program, and shared among all runs that
// need an old one for as long as one of them holds it.
#pragma once

#include "runtime/engine/program.hpp"
#include "runtime/flow/catalog.hpp"

#include <map>
#include <memory>
#include <mutex>
#include <utility>

namespace millrace::storage {

/// Errors: corrupt: the stored definition does not compile (it did when it was published).
Result<ProgramPtr> compile_version(const StoredFlowVersion& version);

/// Thread-safe.
class ProgramCache {
 public:
  ProgramPtr find(FlowId flow, std::uint32_t version) const;
  /// The program to use: the one that is cached already when two threads compiled the same.
  ProgramPtr share(ProgramPtr program);

 private:
  using Version = std::pair<FlowId, std::uint32_t>;
  static constexpr std::size_t entries_before_sweep = 64;

  mutable std::mutex mutex_;
  std::map<Version, std::weak_ptr<const Program>> programs_;
  std::size_t sweep_at_ = entries_before_sweep;
};

}  // namespace millrace::storage
