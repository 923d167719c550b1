// A file of many authorities that is read only when none of the quicker places has the one that is needed.
#pragma once

#include <string>

using X509_STORE = struct x509_store_st;

namespace connprobe::net {

/// Looks into `file` after all that was added to the store before. False if there is no memory.
[[nodiscard]] bool add_lazy_bundle(X509_STORE& store, const std::string& file);

}  // namespace connprobe::net
