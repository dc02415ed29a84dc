#include "isinglass/train/changes.h"

#include <algorithm>
#include <charconv>

namespace isinglass {
namespace {

std::vector<std::string> words_of(const std::string& key) {
  std::vector<std::string> words;
  for (std::size_t begin = 0; begin <= key.size();) {
    const std::size_t dot = std::min(key.find('.', begin), key.size());
    words.push_back(key.substr(begin, dot - begin));
    begin = dot + 1;
  }
  return words;
}

// The element of an array that a word counts from 1; null pointer for another word.
const Value* element(const Value& array, const std::string& word) {
  Index number = 0;
  const auto [end, error] = std::from_chars(word.data(), word.data() + word.size(), number);
  if (error != std::errc() || end != word.data() + word.size()) return nullptr;
  if (number < 1 || number > static_cast<Index>(array.as_array()->size())) return nullptr;
  return &(*array.as_array())[static_cast<std::size_t>(number - 1)];
}

void collect_differences(const Value* a, const Value* b, const std::string& key, std::vector<std::string>& found) {
  if (a != nullptr && b != nullptr && *a == *b) return;
  const auto within = [&](const std::string& word) { return key.empty() ? word : key + "." + word; };
  if (a != nullptr && b != nullptr && a->as_table() != nullptr && b->as_table() != nullptr) {
    for (const auto& [name, value] : *a->as_table()) collect_differences(&value, b->find(name), within(name), found);
    for (const auto& [name, value] : *b->as_table())
      if (a->find(name) == nullptr) found.push_back(within(name));
    return;
  }
  const bool are_arrays = a != nullptr && b != nullptr && a->as_array() != nullptr && b->as_array() != nullptr;
  if (are_arrays && a->as_array()->size() == b->as_array()->size()) {
    for (std::size_t i = 0; i < a->as_array()->size(); ++i)
      collect_differences(&(*a->as_array())[i], &(*b->as_array())[i], within(std::to_string(i + 1)), found);
    return;
  }
  found.push_back(key);
}

// Dropout and noise: at inference the layer passes its input on, and it has no numbers of its own.
bool only_disturbs(const Value& layer) {
  try {
    const auto purpose = LayerSpec::read(layer).layer.random();
    return purpose == Purpose::kDropout || purpose == Purpose::kNoise;
  } catch (const OptionError&) {
    return false;
  }
}

}  // namespace

Change Change::read(const Value& value) {
  Change change;
  read_options(value, change, "a change");
  if (change.set.as_table() == nullptr) detail::wrong_type(*value.find("set"), "a table of keys and values");
  return change;
}

ChangeList ChangeList::read(const Value& value) {
  ChangeList changes{OptionType<std::vector<Change>>::read(value, {})};
  for (std::size_t i = 1; i < changes.list.size(); ++i)
    if (changes.list[i].epoch <= changes.list[i - 1].epoch)
      throw OptionError(
          (*value.as_array())[i].where() + "changes stand in the order of their epochs, each epoch once; " +
          std::to_string(changes.list[i].epoch) + " follows " + std::to_string(changes.list[i - 1].epoch));
  return changes;
}

Value ChangeList::write() const {
  return list.empty() ? Value() : OptionType<std::vector<Change>>::write(list);
}

void Stage::give_to(TrainOptions& options) const {
  options.optimiser = train.optimiser;
  options.schedule = train.schedule;
  options.l1 = train.l1;
  options.l2 = train.l2;
  options.clip_norm = train.clip_norm;
  options.clip_value = train.clip_value;
}

Value changeable_settings(const TrainOptions& train, const std::vector<Layer>& layers) {
  Value settings = Value::Table{}, list = Value::Array{};
  settings.set("optimiser", train.optimiser.write());
  settings.set("schedule", train.schedule.write());
  settings.set("l1", train.l1);
  settings.set("l2", train.l2);
  settings.set("clip_norm", train.clip_norm);
  settings.set("clip_value", train.clip_value);
  for (const Layer& layer : layers) list.as_array()->push_back(layer.write());
  Value table = Value::Table{};
  table.set("train", std::move(settings));
  table.set("layers", std::move(list));
  return table;
}

void set_key(Value& file, const std::string& key, Value value) {
  const std::vector<std::string> words = words_of(key);
  Value* at = &file;
  for (std::size_t i = 0; i < words.size(); ++i) {
    const bool is_last = i + 1 == words.size();
    if (const std::string* kind = at->as_string(); kind != nullptr && i > 0) {
      Value table = Value::Table{};
      table.set("kind", *kind);
      table.set_location(at->location());
      *at = std::move(table);
    }
    if (at->as_array() != nullptr) {
      at = const_cast<Value*>(element(*at, words[i]));
      if (at == nullptr)
        throw OptionError(value.where() + key + ": '" + words[i] + "' is no element; they are counted from 1");
      if (is_last) *at = std::move(value);
      continue;
    }
    if (at->as_table() == nullptr)
      throw OptionError(value.where() + key + ": '" + words[i - 1] + "' is " + at->preview() + ", not a table");
    if (is_last) {
      at->set(words[i], std::move(value));
      return;
    }
    Value* next = at->find(words[i]);
    if (next == nullptr) {
      next = &at->set(words[i], Value::Table{});
      next->set_location(value.location());  // a misspelt name is reported where it stands
    }
    at = next;
  }
}

const Value* find_key(const Value& file, const std::string& key) {
  const Value* at = &file;
  for (const std::string& word : words_of(key)) {
    if (at == nullptr) return nullptr;
    at = at->as_array() != nullptr ? element(*at, word) : at->find(word);
  }
  return at;
}

std::vector<std::string> differing_keys(const Value& a, const Value& b) {
  std::vector<std::string> found;
  collect_differences(&a, &b, "", found);
  return found;
}

bool may_change(const Value& written, const std::string& key) {
  const std::size_t dot = key.rfind('.');
  if (dot == std::string::npos || key.substr(dot) == ".kind") return key == "train.schedule.kind";
  for (const char* fixed : {"train.l1", "train.l2", "train.clip_norm", "train.clip_value"})
    if (key == fixed) return true;
  if (key.starts_with("train.optimiser.") || key.starts_with("train.schedule.")) return true;
  const Value* layer = key.starts_with("model.") ? find_key(written, key.substr(0, dot)) : nullptr;
  return layer != nullptr && layer->as_table() != nullptr && only_disturbs(*layer);
}

}  // namespace isinglass
