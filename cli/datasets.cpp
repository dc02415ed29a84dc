// cli/datasets.cpp - real data sets: a list, and fetching them.
#include <memory>

#include "cli/commands.h"
#include "cli/output.h"
#include "isinglass/base/error.h"
#include "isinglass/data/catalogue.h"
#include "isinglass/io/text.h"

namespace isinglass {
namespace {

struct Arguments {
  std::vector<std::string> words;
  bool json = false;
};

std::string size_text(Index bytes) {
  constexpr Index kKilobyte = 1000, kMegabyte = 1000 * kKilobyte;
  return bytes >= kMegabyte ? std::to_string((bytes + kMegabyte / 2) / kMegabyte) + " MB"
                            : std::to_string((bytes + kKilobyte - 1) / kKilobyte) + " kB";
}

int list(const Arguments& a) {
  std::vector<std::vector<std::string>> rows{{"name", "samples", "size", "state", "licence", "what"}};
  Value::Array documents;
  for (const DatasetRow& d : list_datasets()) {
    rows.push_back({d.name, grouped(d.samples), size_text(d.bytes), to_string(d.state), d.licence, d.summary});
    Value document = Value::Table{};
    document.set("name", d.name);
    document.set("state", to_string(d.state));
    document.set("summary", d.summary);
    document.set("licence", d.licence);
    document.set("source", d.source);
    document.set("samples", d.samples);
    document.set("bytes", d.bytes);
    document.set("directory", d.directory);
    documents.push_back(std::move(document));
  }
  if (a.json) {
    Value all = Value::Table{};
    all.set("datasets", std::move(documents));
    print_json(all);
  } else {
    print(aligned(rows, "lrrl"));
    say("isinglass datasets get NAME fetches one; [data] source = \"NAME\" trains on it");
  }
  return 0;
}

int get(const Arguments& a) {
  const std::vector<std::string> names(a.words.begin() + 1, a.words.end());
  if (names.empty()) throw OptionError("datasets get needs the name of a data set, such as mnist");
  for (const std::string& name : names) find_dataset(name);  // all of them before the first is fetched
  Value::Array documents;
  for (const std::string& name : names) {
    fetch_dataset(name, [](const std::string& message) { say(message); });
    Value document = Value::Table{};
    document.set("name", name);
    document.set("directory", dataset_directory(name));
    documents.push_back(std::move(document));
    if (!a.json) say(name + " is in " + dataset_directory(name));
  }
  if (a.json) {
    Value all = Value::Table{};
    all.set("datasets", std::move(documents));
    print_json(all);
  }
  return 0;
}

int datasets(const Arguments& a) {
  if (a.words.empty()) return list(a);
  if (a.words[0] == "get") return get(a);
  throw OptionError("datasets: expected nothing or 'get NAME...', found " + in_quotes(a.words[0]));
}

}  // namespace

Command datasets_command() {
  const auto a = std::make_shared<Arguments>();
  return {.name = "datasets",
          .summary = "Lists real data sets, and fetches them.",
          .example = "isinglass datasets get mnist iris",
          .arguments = {{"get NAME", "", "fetches the data sets of these names; without it all are listed", &a->words},
                        {"--json", "", "one JSON document on standard output", &a->json}},
          .run = [a] { return datasets(*a); }};
}

}  // namespace isinglass
