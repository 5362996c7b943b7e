// The key of this server's vault: a file beside the data, for nobody else to read.
#pragma once

#include "runtime/base/error.hpp"
#include "runtime/base/vault.hpp"

#include <string>

namespace millrace::app {

/// 32 bytes in `<data_dir>/secret.key`, made at the first start with mode 0600. A backup without it
/// opens no secret. Errors: configuration (others may read it, or it is no such key), storage.
Result<Vault::Key> read_or_make_secret_key(const std::string& data_dir, Random& random);

}  // namespace millrace::app
