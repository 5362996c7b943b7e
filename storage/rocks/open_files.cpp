// Every family that is there is opened, and every fixed one that is not is made.
#include "storage/rocks/open_files.hpp"

#include "runtime/base/assert.hpp"
#include "storage/rocks/status.hpp"

#include <algorithm>
#include <filesystem>
#include <string>
#include <utility>
#include <vector>

namespace millrace::storage {
namespace {

Result<void> make_directory(const std::string& path) {
  namespace fs = std::filesystem;
  std::error_code error;
  const bool made = fs::create_directories(path, error);
  if (made) fs::permissions(path, fs::perms::owner_all, error);  // records hold what clients sent
  if (error) return Error{ErrorCode::configuration, "making " + path + ": " + error.message()};
  return {};
}

std::vector<rocksdb::ColumnFamilyDescriptor> descriptors(std::vector<std::string> names,
                                                         const FamilyOptions& options) {
  if (names.empty()) names.push_back(rocksdb::kDefaultColumnFamilyName);
  for (std::size_t i = 0; i < fixed_families; ++i) {
    const std::string name(to_string(static_cast<Family>(i)));
    if (std::ranges::find(names, name) == names.end()) names.push_back(name);
  }
  std::vector<rocksdb::ColumnFamilyDescriptor> result;
  for (const std::string& name : names) result.emplace_back(name, options.of(name));
  return result;
}

Error opening_error(const rocksdb::Status& status, const Settings& settings) {
  Error error = to_error(status, "opening the data directory");
  if (error.code == ErrorCode::corrupt && !settings.accept_damaged_log)
    error.message +=
        "; if the damage is in a write-ahead log (*.log), accept_damaged_log opens it up to the "
        "damage and loses what is behind it; else restore a backup";
  return error;
}

}  // namespace

Result<std::unique_ptr<OpenFiles>> open_files(const Settings& settings,
                                              const FamilyOptions& family_options,
                                              const std::shared_ptr<DiskWatch>& watch) {
  if (auto made = make_directory(settings.data_dir); !made) return made.error();
  rocksdb::DBOptions options = database_options(settings);
  options.listeners.push_back(watch);
  std::vector<std::string> names;
  if (options.env->FileExists(settings.data_dir + "/CURRENT").ok()) {
    const auto listed = rocksdb::DB::ListColumnFamilies(options, settings.data_dir, &names);
    if (!listed.ok()) return opening_error(listed, settings);
  }
  std::vector<rocksdb::ColumnFamilyHandle*> handles;
  rocksdb::DB* db = nullptr;
  const auto status = rocksdb::DB::Open(
      options, settings.data_dir, descriptors(std::move(names), family_options), &handles, &db);
  if (!status.ok()) return opening_error(status, settings);
  auto files = std::make_unique<OpenFiles>();
  files->db.reset(db);
  files->families = std::make_unique<FamilyHandles>(*db);
  for (auto* handle : handles) files->families->adopt(handle);
  MR_ASSERT(files->families->complete());
  return files;
}

}  // namespace millrace::storage
