// Compiling stored versions, and sharing what was compiled.
#include "storage/programs.hpp"

#include <algorithm>

namespace millrace::storage {

Result<ProgramPtr> compile_version(const StoredFlowVersion& version) {
  const Result<Json> definition = parse_json(version.definition);
  if (!definition) return definition.error();
  CompiledFlow compiled =
      compile_flow(version.flow, version.version, version.name, version.trigger_type, *definition);
  if (compiled.program) return std::move(compiled.program);
  const std::string why = compiled.problems.errors.empty()
                              ? "no reason given"
                              : compiled.problems.errors.front().message;
  return Error{ErrorCode::corrupt, "version " + std::to_string(version.version) + " of flow " +
                                       to_base62(version.flow.id) + " does not compile: " + why};
}

ProgramPtr ProgramCache::find(FlowId flow, std::uint32_t version) const {
  const std::scoped_lock lock(mutex_);
  const auto found = programs_.find({flow, version});
  return found == programs_.end() ? nullptr : found->second.lock();
}

ProgramPtr ProgramCache::share(ProgramPtr program) {
  const std::scoped_lock lock(mutex_);
  std::weak_ptr<const Program>& slot = programs_[{program->flow, program->version}];
  if (ProgramPtr earlier = slot.lock()) return earlier;
  slot = program;
  if (programs_.size() >= sweep_at_) {
    std::erase_if(programs_, [](const auto& entry) { return entry.second.expired(); });
    sweep_at_ = std::max(entries_before_sweep, 2 * programs_.size());
  }
  return program;
}

}  // namespace millrace::storage
