// isinglass/serve/data_store.h - data that a user brought along: files in a directory of the studio.
//
// Tables come as CSV or JSON text in any encoding of io/encoding.h and are kept as UTF-8; arrays and images as they
// are; a ZIP or tar archive of images becomes a folder. What cannot be read is refused and leaves nothing behind.
#pragma once
#include <mutex>
#include <string>

#include "isinglass/base/value.h"

namespace isinglass {

class DataStore {
 public:
  explicit DataStore(std::string directory);

  // { path, encoding, rows }: the path is what an experiment's [data] train names. Throws what the readers throw, with
  // the user's own name in front.
  Value add(const std::string& name, const std::string& encoding, const std::string& bytes);

  // { files: [{ name, path }], datasets: [{ name, summary, licence, samples, ready, scene }], encodings: [...] }
  Value list() const;

 private:
  std::string free_path(const std::string& name) const;
  std::string add_archive(const std::string& name, const std::string& bytes);
  std::string add_file(const std::string& name, const std::string& bytes);

  const std::string directory_;
  std::mutex mutex_;  // of the names
};

}  // namespace isinglass
