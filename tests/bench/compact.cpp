// What is left on disk once everything has settled.
#include "tests/bench/measures.hpp"

#include <rocksdb/db.h>

#include <filesystem>
#include <iostream>
#include <stdexcept>

namespace millrace::bench {
namespace {

void check(const rocksdb::Status& status) {
  if (!status.ok()) {
    throw std::runtime_error(status.ToString());
  }
}

}  // namespace

void compacted_bytes(const std::string& data_dir) {
  std::string folder = data_dir;
  if (!std::filesystem::exists(folder + "/CURRENT")) {
    folder += "/rocks";
  }
  std::vector<std::string> names;
  check(rocksdb::DB::ListColumnFamilies(rocksdb::DBOptions(), folder, &names));
  std::vector<rocksdb::ColumnFamilyDescriptor> families;
  for (const std::string& name : names) {
    families.emplace_back(name, rocksdb::ColumnFamilyOptions());
  }
  rocksdb::DB* opened = nullptr;
  std::vector<rocksdb::ColumnFamilyHandle*> handles;
  check(rocksdb::DB::Open(rocksdb::DBOptions(), folder, families, &handles, &opened));
  const std::unique_ptr<rocksdb::DB> database(opened);
  std::uint64_t total = 0;
  std::cout << "{\"families\":{";
  const char* comma = "";
  for (std::size_t i = 0; i < handles.size(); ++i) {
    check(database->Flush(rocksdb::FlushOptions(), handles[i]));
    if (!names[i].starts_with("log.")) {
      check(database->CompactRange(rocksdb::CompactRangeOptions(), handles[i], nullptr, nullptr));
    }
    std::uint64_t bytes = 0;
    database->GetIntProperty(handles[i], rocksdb::DB::Properties::kLiveSstFilesSize, &bytes);
    std::cout << comma << '"' << names[i] << "\":" << bytes;
    comma = ",";
    total += bytes;
    check(database->DestroyColumnFamilyHandle(handles[i]));
  }
  std::cout << "},\"bytes\":" << total << "}\n";
  check(database->Close());
}

}  // namespace millrace::bench
