// `dump_rows DATA_DIR`: every key and value of every table to standard output, unpacked: files on
// disk are compressed, and a search through their bytes would miss what is in them.
#include <rocksdb/db.h>

#include <iostream>
#include <memory>
#include <string>
#include <vector>

int main(int count, char** arguments) {
  if (count != 2) {
    std::cerr << "usage: dump_rows DATA_DIR\n";
    return 2;
  }
  rocksdb::Options options;
  std::vector<std::string> names;
  auto status = rocksdb::DB::ListColumnFamilies(options, arguments[1], &names);
  std::vector<rocksdb::ColumnFamilyDescriptor> families;
  for (const std::string& name : names) families.emplace_back(name, rocksdb::ColumnFamilyOptions());
  std::vector<rocksdb::ColumnFamilyHandle*> handles;
  rocksdb::DB* opened = nullptr;
  if (status.ok())
    status = rocksdb::DB::OpenForReadOnly(options, arguments[1], families, &handles, &opened);
  if (!status.ok()) {
    std::cerr << status.ToString() << '\n';
    return 1;
  }
  const std::unique_ptr<rocksdb::DB> database(opened);
  rocksdb::ReadOptions every_row;
  every_row.total_order_seek = true;
  for (rocksdb::ColumnFamilyHandle* handle : handles) {
    const std::unique_ptr<rocksdb::Iterator> row(database->NewIterator(every_row, handle));
    for (row->SeekToFirst(); row->Valid(); row->Next())
      std::cout << row->key().ToStringView() << row->value().ToStringView() << '\n';
    if (!row->status().ok()) return 1;
  }
  for (rocksdb::ColumnFamilyHandle* handle : handles) database->DestroyColumnFamilyHandle(handle);
  return 0;
}
