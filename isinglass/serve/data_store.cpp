#include "isinglass/serve/data_store.h"

#include <algorithm>
#include <array>
#include <filesystem>

#include "isinglass/base/error.h"
#include "isinglass/book/examples.h"
#include "isinglass/data/catalogue.h"
#include "isinglass/data/read_data.h"
#include "isinglass/io/encoding.h"
#include "isinglass/io/file.h"
#include "isinglass/io/gzip.h"
#include "isinglass/io/image.h"
#include "isinglass/io/tar.h"
#include "isinglass/io/text.h"
#include "isinglass/io/zip.h"

namespace isinglass {
namespace {

namespace fs = std::filesystem;
using Entries = std::vector<std::pair<std::string, std::string>>;

constexpr std::uint64_t kMostUnpacked = std::uint64_t{1} << 30;

bool ends_with_any(std::string_view name, std::initializer_list<std::string_view> endings) {
  return std::ranges::any_of(endings, [&](std::string_view ending) { return name.ends_with(ending); });
}

std::string lower(std::string name) {
  for (char& c : name)
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  return name;
}

// The last part of a path, with what a file's name or a message should not have replaced.
std::string safe_file_name(std::string_view wished) {
  const std::size_t slash = wished.find_last_of("/\\");
  if (slash != std::string_view::npos) wished.remove_prefix(slash + 1);
  std::string name;
  while (!wished.empty() && name.size() < 80) {
    const std::size_t n = std::max<std::size_t>(utf8_length(wished), 1);
    const char c = wished[0];
    const bool is_plain = n > 1 || std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '-' || c == '_' || c == '.';
    name += is_plain ? std::string(wished.substr(0, n)) : "-";
    wished.remove_prefix(n);
  }
  while (name.starts_with('.')) name.erase(0, 1);
  return name.empty() ? "data" : name;
}

// A reader's message about our file, as one about the user's.
template <class Read>
auto named(const std::string& path, const std::string& name, const Read& read) {
  try {
    return read();
  } catch (const InputError& error) {
    std::string message = error.what();
    for (std::size_t at; (at = message.find(path)) != std::string::npos;) message.replace(at, path.size(), name);
    throw FormatError(message.starts_with(name) ? message : name + ": " + message);
  }
}

// The images of an archive: without what file managers add, and without folders that hold all of them.
Entries images_in(Entries entries, const std::string& name) {
  std::erase_if(entries, [](const auto& entry) {
    return entry.first.starts_with("__MACOSX/") || entry.first.starts_with('.') ||
           entry.first.find("/.") != std::string::npos || !is_image_name(lower(entry.first));
  });
  if (entries.empty())
    throw FormatError(name +
                      ": expected PNG, PGM or PPM images in the archive, found none; a table is taken as it is, "
                      "without an archive");
  const auto folder = [&](const std::string& path) { return path.substr(0, path.find('/') + 1); };
  const auto depth = [](const std::string& path) { return std::ranges::count(path, '/'); };
  const auto is_below = [&](const std::string& head) {
    return std::ranges::all_of(entries, [&](const auto& e) { return e.first.starts_with(head); });
  };
  while (true) {
    const std::string head = folder(entries[0].first);
    const bool is_deep = std::ranges::any_of(entries, [&](const auto& e) { return depth(e.first) > 1; });
    if (head.empty() || !is_below(head) || !is_deep) return entries;
    for (auto& entry : entries) entry.first.erase(0, head.size());
  }
}

// An example that learns from a data set of the catalogue: a plain network, if there is one, and no autoencoder.
Value scene_of(const std::string& dataset) {
  Value found;
  for (const EmbeddedExample& example : embedded_examples()) {
    const bool is_of_it = example.text.find("source = \"" + dataset + "\"") != std::string_view::npos;
    if (!is_of_it || example.text.find("target = \"inputs\"") != std::string_view::npos) continue;
    if (found.is_null() || example.name.ends_with("-mlp")) found = example.name;
  }
  return found;
}

bool is_archive(std::string_view name) {
  return ends_with_any(name, {".zip", ".tar", ".tar.gz", ".tgz"});
}
bool is_text(std::string_view name) {
  return ends_with_any(name, {".csv", ".tsv", ".txt", ".json"});
}

}  // namespace

DataStore::DataStore(std::string directory) : directory_(std::move(directory)) {}

std::string DataStore::free_path(const std::string& name) const {
  const std::size_t dot = name.find('.');
  std::string path = (fs::path(directory_) / name).string();
  for (int n = 2; fs::exists(path); ++n)
    path = (fs::path(directory_) /
            (name.substr(0, dot) + "-" + std::to_string(n) + (dot == std::string::npos ? "" : name.substr(dot))))
               .string();
  return path;
}

std::string DataStore::add_file(const std::string& name, const std::string& bytes) {
  const std::string path = free_path(name);
  make_directories(directory_);
  write_file(path, bytes);
  return path;
}

std::string DataStore::add_archive(const std::string& name, const std::string& bytes) {
  Entries entries = bytes.starts_with("PK")
                        ? parse_zip(bytes, name, kMostUnpacked)
                        : parse_tar(is_gzip(bytes) ? gunzip(bytes, name, kMostUnpacked) : bytes, name);
  entries = images_in(std::move(entries), name);
  const std::string path = free_path(name.substr(0, name.find('.')));
  for (const auto& [file, content] : entries) {
    const fs::path to = fs::path(path) / file;
    make_directories(to.parent_path().string());
    write_file(to.string(), content);
  }
  return path;
}

Value DataStore::add(const std::string& wished, const std::string& encoding, const std::string& bytes) {
  if (bytes.empty()) throw InputError("there is nothing in " + in_quotes(wished) + "; choose a file with data");
  const std::string name = safe_file_name(wished), kind = lower(name);
  Decoded text;
  if (is_text(kind)) text = decode_text(bytes, name, encoding.empty() ? "auto" : encoding);
  const std::lock_guard lock(mutex_);
  const std::string path =
      is_archive(kind) ? add_archive(name, bytes) : add_file(name, is_text(kind) ? text.text : bytes);
  Value out = Value::Table{};
  try {
    const RawData raw = named(path, name, [&] { return read_data_files({path}); });
    out.set("path", path);
    out.set("encoding", text.encoding);
    out.set("rows", raw.rows);
  } catch (...) {
    std::error_code ignored;  // the refusal matters more
    fs::remove_all(path, ignored);
    throw;
  }
  return out;
}

Value DataStore::list() const {
  Value::Array files, datasets, names;
  std::error_code none;
  for (const auto& entry : fs::directory_iterator(directory_, none)) {
    Value row = Value::Table{};
    row.set("name", entry.path().filename().string());
    row.set("path", entry.path().string());
    files.push_back(std::move(row));
  }
  std::ranges::sort(files, {}, [](const Value& v) { return *v.find("name")->as_string(); });
  for (const DatasetRow& set : list_datasets()) {
    Value row = Value::Table{};
    row.set("name", set.name);
    row.set("summary", set.summary);
    row.set("licence", set.licence);
    row.set("samples", set.samples);
    row.set("ready", set.state == CacheState::kCached);
    row.set("scene", scene_of(set.name));
    datasets.push_back(std::move(row));
  }
  for (const std::string& encoding : encodings()) names.push_back(encoding);
  Value out = Value::Table{};
  out.set("files", std::move(files));
  out.set("datasets", std::move(datasets));
  out.set("encodings", std::move(names));
  return out;
}

}  // namespace isinglass
