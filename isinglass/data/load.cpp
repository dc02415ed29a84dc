#include "isinglass/data/load.h"

#include <algorithm>
#include <filesystem>
#include <iterator>

#include "isinglass/base/error.h"
#include "isinglass/data/catalogue.h"
#include "isinglass/data/read_data.h"
#include "isinglass/data/split.h"

namespace isinglass {
namespace {

// The options with the catalogue's files in place of a data set's name.
DataOptions located(DataOptions options) {
  const auto refuse_both = [](bool part, double fraction, const std::string& name) {
    if (part && fraction > 0)
      throw OptionError("[data] has " + name + " data and " + name + "_fraction; leave one out");
  };
  if (!options.source.empty()) {
    DataOptions others = options;
    others.source.clear();
    if (!others.train.empty() || !others.inputs.is_null() || !others.rows.is_null() || !others.generator.is_null())
      throw OptionError("[data] has a source and other training data; leave one out");
    const CatalogueFiles files = locate_dataset(options.source);
    const auto absolute = [](const std::string& path) { return std::filesystem::absolute(path).string(); };
    if (!files.table.empty())
      options.train.files = {{absolute(files.table)}};
    else
      options.train.files = {{absolute(files.train_inputs), absolute(files.train_labels)}};
    if (!files.test_inputs.empty() && options.test.empty())
      options.test.files = {{absolute(files.test_inputs), absolute(files.test_labels)}};
    if (options.classes.empty() && !options.is_autoencoder()) options.classes = files.class_names;
  }
  refuse_both(!options.validation.empty(), options.validation_fraction, "validation");
  refuse_both(!options.test.empty(), options.test_fraction, "test");
  return options;
}

Dataset augmented(const Dataset& train, const Augmentation& augmentation, bool is_table) {
  if (is_table && augmentation.moves())
    throw OptionError(
        "[data] augment: shift and flip are for images and signals, and these inputs are the columns of a table; "
        "augment with noise alone");
  return train.with_augmentation(augmentation);
}

// The training data as read, and which of its rows can be used.
struct Source {
  const RawData& raw;
  Roles roles;
  std::vector<Index> rows;
  Index dropped = 0;

  Source(const RawData& data, const DataOptions& options) : raw(data), roles(roles_of(raw, options)) {
    rows = usable_rows(raw, roles, options.missing);
    dropped = raw.rows - static_cast<Index>(rows.size());
    if (options.limit > 0 && options.limit < static_cast<Index>(rows.size()))
      rows.resize(static_cast<std::size_t>(options.limit));
    if (rows.empty())
      throw InputError(raw.source + ": no sample is left to train on" +
                       (dropped > 0 ? "; every row has a missing value" : ""));
  }

  // Rows by their places among the usable ones.
  std::vector<Index> at(const std::vector<Index>& places) const {
    std::vector<Index> picked;
    for (const Index place : places) picked.push_back(rows[static_cast<std::size_t>(place)]);
    return picked;
  }
  std::vector<Index> classes(const DataOptions& options, const std::vector<Index>& of) const {
    return options.stratify ? classes_of(raw, roles, of) : std::vector<Index>{};
  }
};

LoadedData fitted(const Source& source, const DataOptions& options, const std::vector<Index>& train,
                  const std::vector<Index>& validation, const std::vector<Index>& test) {
  Preprocessor preprocessor = Preprocessor::fit(source.raw, train, options);
  LoadedData data{.train = preprocessor.apply(source.raw, train),
                  .preprocessor = std::move(preprocessor),
                  .dropped = source.dropped};
  const Preprocessor& p = data.preprocessor;
  if (!validation.empty()) data.validation = p.apply(source.raw, validation);
  if (!test.empty()) data.test = p.apply(source.raw, test);
  const std::string* setting = options.class_weights.as_string();
  if (!options.class_weights.is_null() && !(setting != nullptr && *setting == "none"))
    data.train = data.train.with_class_weights(class_weights(options.class_weights, data.train));
  if (!options.augment.is_none()) data.train = augmented(data.train, options.augment, source.raw.inputs == nullptr);
  return data;
}

std::optional<Dataset> apply_to_part(const DataPart& part, const std::string& base_directory, LoadedData& data) {
  if (part.empty()) return {};
  const RawData raw = read_part(part, base_directory);
  const std::vector<Index> rows = data.preprocessor.usable_rows(raw);
  if (rows.empty()) throw InputError(raw.source + ": no sample is left without missing values");
  data.dropped += raw.rows - static_cast<Index>(rows.size());
  return data.preprocessor.apply(raw, rows);
}

LoadedData loaded(const RawData& raw, const DataOptions& options, const std::string& base_directory,
                  RandomStream& split_stream) {
  const Source source(raw, options);
  const Split split = split_rows(static_cast<Index>(source.rows.size()), options.validation_fraction,
                                 options.test_fraction, source.classes(options, source.rows), split_stream);
  Split rows{source.at(split.train), source.at(split.validation), source.at(split.test)};
  LoadedData data = fitted(source, options, rows.train, rows.validation, rows.test);
  data.rows = std::move(rows);
  if (auto part = apply_to_part(options.validation, base_directory, data)) data.validation = part;
  if (auto part = apply_to_part(options.test, base_directory, data)) data.test = part;
  return data;
}

}  // namespace

RawData read_training_data(const DataOptions& options, const std::string& base_directory) {
  return read_part(located(options).training_part(), base_directory);
}

LoadedData load_data(const DataOptions& given, const std::string& base_directory, RandomStream& split_stream) {
  const DataOptions options = located(given);
  return loaded(read_part(options.training_part(), base_directory), options, base_directory, split_stream);
}

LoadedData load_data(const RawData& raw, const DataOptions& options, const std::string& base_directory,
                     RandomStream& split_stream) {
  return loaded(raw, located(options), base_directory, split_stream);
}

std::vector<LoadedData> load_folds(const DataOptions& given, const std::string& base_directory, Index k,
                                   RandomStream& split_stream) {
  if (!given.validation.empty() || !given.test.empty() || given.test_fraction > 0)
    throw OptionError("[data] folds test on the training data; leave out validation, test and test_fraction");
  const DataOptions options = located(given);
  const RawData raw = read_part(options.training_part(), base_directory);
  const Source source(raw, options);
  const auto n = static_cast<Index>(source.rows.size());
  const std::vector<std::vector<Index>> parts = folds(n, k, source.classes(options, source.rows), split_stream);
  std::vector<LoadedData> all;
  for (const std::vector<Index>& held_out : parts) {
    std::vector<Index> others;
    std::ranges::set_difference(all_rows(n), held_out, std::back_inserter(others));
    const std::vector<Index> rows = source.at(others);
    const Split split = split_rows(static_cast<Index>(rows.size()), options.validation_fraction, 0,
                                   source.classes(options, rows), split_stream);
    std::vector<Index> train, validation;
    for (const Index i : split.train) train.push_back(rows[static_cast<std::size_t>(i)]);
    for (const Index i : split.validation) validation.push_back(rows[static_cast<std::size_t>(i)]);
    all.push_back(fitted(source, options, train, validation, source.at(held_out)));
  }
  return all;
}

std::vector<double> class_weights(const Value& setting, const Dataset& data) {
  if (!data.is_classification()) throw OptionError(setting.where() + "[data] class_weights need classes as targets");
  const std::vector<std::string>& names = data.class_names();
  std::vector<double> weights(names.size(), 1.0);
  if (const Value::Table* table = setting.as_table()) {
    for (const auto& [name, value] : *table) {
      const auto place = std::ranges::find(names, name);
      if (place == names.end())
        throw OptionError(value.where() + "class_weights: there is no class '" + name + "'" +
                          did_you_mean(name, names));
      weights[static_cast<std::size_t>(place - names.begin())] = OptionType<double>::read(value, between(0, 1e12));
    }
    return weights;
  }
  if (setting.as_string() == nullptr || *setting.as_string() != "balanced")
    detail::wrong_type(setting, "\"none\", \"balanced\" or a table { class = weight }");
  std::vector<double> counts(names.size(), 0.0);
  for (const Index label : data.labels()) ++counts[static_cast<std::size_t>(label)];
  for (std::size_t c = 0; c < names.size(); ++c)
    if (counts[c] > 0) weights[c] = static_cast<double>(data.size()) / (static_cast<double>(names.size()) * counts[c]);
  return weights;
}

}  // namespace isinglass
