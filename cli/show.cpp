// cli/show.cpp - any number of a run by its name, recorded or computed anew.
#include <algorithm>
#include <charconv>
#include <memory>
#include <optional>

#include "cli/commands.h"
#include "cli/output.h"
#include "isinglass/record/run_reader.h"

namespace isinglass {
namespace {

struct Arguments {
  std::string run;
  std::vector<std::string> quantities;
  std::string epoch, sample, part = "train";
  bool all_epochs = false, json = false, csv = false;
  Index threads = 0;
};

struct Row {
  std::string quantity;
  RunNumber number;
};

// A count of the command line.
Index read_count(const std::string& option, const std::string& text, const std::string& expected) {
  Index count = -1;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), count);
  if (error != std::errc() || end != text.data() + text.size() || count < 0)
    throw OptionError(option + ": expected " + expected + ", got '" + one_line(text) + "'");
  return count;
}

// The epochs asked for; without a word, the last.
std::vector<Index> epochs_of(const Arguments& a, const RunReader& run) {
  if (!a.all_epochs) {
    if (a.epoch.empty() || a.epoch == "last") return {run.epochs()};
    return {read_count("--epoch", a.epoch, "an epoch, counted from 0, or last")};
  }
  if (!a.epoch.empty()) throw OptionError("--all-epochs goes without --epoch; leave one of them out");
  std::vector<Index> all(static_cast<std::size_t>(run.epochs()) + 1);
  for (std::size_t e = 0; e < all.size(); ++e) all[e] = static_cast<Index>(e);
  return all;
}

// With --all-epochs, a metric that is only known of some epochs gives those.
std::vector<Row> look_up(const Arguments& a, RunReader& run) {
  std::vector<Address> addresses;
  for (const std::string& name : a.quantities) addresses.push_back(parse_quantity(name, run.graph()));
  std::optional<Index> sample;
  if (!a.sample.empty()) sample = read_count("--sample", a.sample, "a training sample, counted from 0");
  std::vector<Row> rows;
  for (const Index epoch : epochs_of(a, run))
    for (std::size_t q = 0; q < addresses.size(); ++q) {
      if (a.all_epochs && addresses[q].kind == Address::kScalar && !run.has_metric(addresses[q], epoch)) continue;
      rows.push_back({a.quantities[q], a.part == "train"
                                           ? run.number(addresses[q], epoch, sample)
                                           : run.number_in(a.part, addresses[q], epoch, sample.value_or(0))});
    }
  if (rows.empty()) rows.push_back({a.quantities[0], run.number(addresses[0], run.epochs(), sample)});
  return rows;
}

std::string sample_text(const RunNumber& number, const char* otherwise) {
  return number.sample ? std::to_string(*number.sample) : otherwise;
}

void show_json(const std::vector<Row>& rows) {
  Value::Array values;
  for (const Row& row : rows) {
    Value value = Value::Table{};
    value.set("quantity", row.quantity);
    value.set("epoch", row.number.epoch);
    value.set("sample", row.number.sample ? Value(*row.number.sample) : Value());
    value.set("value", row.number.value);
    value.set("recorded", row.number.recorded);
    values.push_back(std::move(value));
  }
  Value document = Value::Table{};
  document.set("values", std::move(values));
  print_json(document);
}

void show_csv(const std::vector<Row>& rows) {
  std::string text = "quantity,epoch,sample,value,recorded\n";
  for (const Row& row : rows) {
    const bool has_comma = row.quantity.find(',') != std::string::npos;
    text += (has_comma ? "\"" + row.quantity + "\"" : row.quantity) + "," + std::to_string(row.number.epoch) + "," +
            sample_text(row.number, "") + "," + number_text(row.number.value) + "," +
            (row.number.recorded ? "true" : "false") + "\n";
  }
  print(text);
}

void show_text(const std::vector<Row>& rows) {
  std::vector<std::vector<std::string>> cells{{"quantity", "epoch", "sample", "value", ""}};
  bool is_any_anew = false;
  for (const Row& row : rows) {
    is_any_anew = is_any_anew || !row.number.recorded;
    cells.push_back({row.quantity, std::to_string(row.number.epoch), sample_text(row.number, "-"),
                     number_text(row.number.value), row.number.recorded ? "" : "*"});
  }
  print(aligned(cells, "lrrll") +
        (is_any_anew ? "* not recorded: computed anew from the nearest recorded state\n" : ""));
}

int show(const Arguments& a) {
  if (a.json && a.csv) throw OptionError("--json and --csv exclude each other; leave one of them out");
  if (a.part != "train" && a.part != "validation" && a.part != "test")
    throw OptionError("--part: expected train, validation or test, got '" + one_line(a.part) + "'");
  RunReader run(a.run, a.threads);
  const std::vector<Row> rows = look_up(a, run);
  if (a.json)
    show_json(rows);
  else if (a.csv)
    show_csv(rows);
  else
    show_text(rows);
  return 0;
}

}  // namespace

Command show_command() {
  const auto a = std::make_shared<Arguments>();
  return {
      .name = "show",
      .summary = "Any number of a run by its name: weights, activations, derivatives, the loss, at any epoch.",
      .example = "isinglass show runs/ann-3-2-1 \"w(1,4)\" H4 \"dL/dw(1,4)\" loss --epoch 9",
      .arguments = {{"RUN", "", "directory of a run, such as runs/iris", &a->run, true},
                    {"QUANTITY", "",
                     "H4, \"in(H4)\", \"w(4,6)\", \"b(5)\", layer2.kernel[3,0], layer1.out[7], dL/d in front of any "
                     "of these, loss, learning_rate, validation.accuracy; may be repeated",
                     &a->quantities, true},
                    {"--epoch", "E", "the state before the updates of this epoch, counted from 0; last: after training",
                     &a->epoch},
                    {"--sample", "K",
                     "a training sample, counted from 0: of nodes (without it 0), and the loss and derivatives of "
                     "this sample alone",
                     &a->sample},
                    {"--part", "PART",
                     "train, validation or test: where the sample is from; of the latter two the network computes "
                     "as in use",
                     &a->part},
                    {"--all-epochs", "", "every epoch from 0 to the last", &a->all_epochs},
                    {"--threads", "N", "threads for computing anew; 0 = one for each processor", &a->threads, false,
                     between(0, 1024)},
                    {"--json", "", "one JSON document on standard output", &a->json},
                    {"--csv", "", "a table with commas", &a->csv}},
      .run = [a] { return show(*a); }};
}

}  // namespace isinglass
