#include "isinglass/search/space.h"

#include <algorithm>
#include <cmath>

namespace isinglass {
namespace {

const std::vector<std::string> kKinds{"uniform", "log_uniform", "integer", "choice"};

void read_bounds(const Value& bounds, Dimension& d) {
  const Value::Array* pair = bounds.as_array();
  if (pair == nullptr || pair->size() != 2) detail::wrong_type(bounds, "a range [low, high]");
  if (d.kind == Dimension::kInteger) {
    d.low = static_cast<double>(OptionType<Index>::read((*pair)[0], {}));
    d.high = static_cast<double>(OptionType<Index>::read((*pair)[1], {}));
  } else {
    d.low = OptionType<double>::read((*pair)[0], {});
    d.high = OptionType<double>::read((*pair)[1], {});
  }
  if (d.kind == Dimension::kLogUniform && !(d.low > 0))
    throw OptionError((*pair)[0].where() + d.key + ": a log_uniform range begins above 0, got " + (*pair)[0].preview());
  if (!(d.low < d.high))
    throw OptionError(bounds.where() + d.key + ": the range is empty; expected [low, high] with low < high, got " +
                      bounds.preview());
}

Dimension read_dimension(const std::string& key, const Value& table) {
  Dimension d{.key = key, .location = table.location()};
  bool has_range = false;
  for (const auto& [name, value] : *table.as_table()) {
    if (name == "points") {
      d.points = OptionType<Index>::read(value, between(1, 1e6));
      continue;
    }
    const auto kind = std::ranges::find(kKinds, name);
    if (kind == kKinds.end())
      throw OptionError(value.where() + key + ": there is no range '" + name + "'" + did_you_mean(name, kKinds));
    if (has_range) throw OptionError(value.where() + key + ": one range is enough; leave '" + name + "' out");
    has_range = true;
    d.kind = static_cast<Dimension::Kind>(kind - kKinds.begin());
    if (d.kind != Dimension::kChoice) {
      read_bounds(value, d);
      continue;
    }
    if (value.as_array() == nullptr || value.as_array()->empty())
      detail::wrong_type(value, "an array of one choice or more");
    d.choices = *value.as_array();
    d.high = static_cast<double>(d.choices.size() - 1);
  }
  if (!has_range) throw OptionError(table.where() + key + ": expected a range such as { uniform = [0, 1] }");
  return d;
}

bool is_range(const Value& value) {
  return value.as_table() != nullptr &&
         (value.as_table()->empty() || std::ranges::any_of(*value.as_table(), [](auto& e) {
            return e.first == "points" || std::ranges::find(kKinds, e.first) != kKinds.end();
          }));
}

void collect(const std::string& key, const Value& value, Space& space) {
  if (is_range(value)) {
    space.push_back(read_dimension(key, value));
    return;
  }
  if (value.as_table() != nullptr) {
    for (const auto& [name, inner] : *value.as_table()) collect(key + "." + name, inner, space);
    return;
  }
  const std::string last = key.substr(key.rfind('.') + 1), hint = did_you_mean(last, kKinds);
  throw OptionError(value.where() + key + ": expected a range such as { uniform = [0, 1] }, got " + value.preview() +
                    (hint.starts_with("; did") ? hint : ""));
}

}  // namespace

double Dimension::number_of(const Value& value) const {
  if (kind == kChoice) {
    const auto place = std::ranges::find(choices, value);
    return place == choices.end() ? 0 : static_cast<double>(place - choices.begin());
  }
  return OptionType<double>::read(value, {});
}

Value Dimension::value_of(double number) const {
  const double within = std::clamp(number, low, high);
  Value value = kind == kChoice    ? choices[static_cast<std::size_t>(std::lround(within))]
                : kind == kInteger ? Value(static_cast<Index>(std::llround(within)))
                                   : Value(within);
  value.set_location(location);
  return value;
}

Value Dimension::at(double u) const {
  if (kind == kUniform) return value_of(low + u * (high - low));
  if (kind == kLogUniform) return value_of(std::exp(std::log(low) + u * (std::log(high) - std::log(low))));
  return value_of(std::floor(low + u * (high - low + 1)));
}

std::vector<Value> Dimension::grid() const {
  std::vector<Value> values;
  if (kind == kChoice) {
    for (std::size_t i = 0; i < choices.size(); ++i) values.push_back(value_of(static_cast<double>(i)));
    return values;
  }
  for (Index i = 0; i < points; ++i) {
    const double share = points == 1 ? 0.5 : static_cast<double>(i) / static_cast<double>(points - 1);
    const Value value = share == 0            ? value_of(low)
                        : share == 1          ? value_of(high)
                        : kind == kLogUniform ? at(share)
                                              : value_of(low + share * (high - low));
    if (values.empty() || !(values.back() == value)) values.push_back(value);  // few integers
  }
  return values;
}

Value Dimension::scaled(const Value& value, double factor) const {
  const double number = number_of(value);
  if (kind == kChoice) return value_of(number + (factor > 1 ? 1 : -1));
  if (kind != kInteger) return value_of(number * factor);
  const double moved = std::round(number * factor);
  return value_of(moved != number ? moved : number + (factor > 1 ? 1 : -1));
}

Value Dimension::shifted(const Value& value, double share) const {
  const double number = number_of(value);
  if (kind == kLogUniform) return value_of(number * std::exp(share * (std::log(high) - std::log(low))));
  return value_of(number + share * (high - low));
}

bool Dimension::holds(const Value& value) const {
  if (kind == kChoice) return std::ranges::find(choices, value) != choices.end();
  if (value.as_integer() == nullptr && (kind == kInteger || value.as_real() == nullptr)) return false;
  const double number = number_of(value);
  return number >= low && number <= high;
}

Space read_space(const Value& table) {
  if (table.as_table() == nullptr || table.as_table()->empty())
    throw OptionError(table.where() +
                      "[search.space] names what to vary: \"train.optimiser.learning_rate\" = { log_uniform = [1e-4, "
                      "1e-1] }");
  Space space;
  for (const auto& [key, value] : *table.as_table()) collect(key, value, space);
  for (std::size_t i = 0; i < space.size(); ++i)
    for (std::size_t j = 0; j < i; ++j)
      if (space[i].key == space[j].key)
        throw OptionError(table.where() + "[search.space] names '" + space[i].key + "' twice");
  return space;
}

std::vector<Values> grid_of(const Space& space) {
  constexpr double kMost = 1e6;
  std::vector<Values> rows(1);
  for (const Dimension& d : space) {
    const std::vector<Value> values = d.grid();
    if (static_cast<double>(rows.size()) * static_cast<double>(values.size()) > kMost)
      throw OptionError(
          "[search.space]: the grid has more than a million members; give fewer points, such as { "
          "uniform = [0, 1], points = 2 }");
    std::vector<Values> longer;
    for (const Values& row : rows)
      for (const Value& value : values) {
        longer.push_back(row);
        longer.back().push_back(value);
      }
    rows = std::move(longer);
  }
  return rows;
}

std::vector<std::string> short_names(const Space& space) {
  const auto last_words = [](const std::string& key, Index count) {
    std::size_t at = key.size();
    for (; count > 0 && at != std::string::npos && at > 0; --count) at = key.rfind('.', at - 1);
    return at == std::string::npos || at == 0 ? key : key.substr(at + 1);
  };
  std::vector<std::string> names;
  for (const Dimension& d : space) {
    Index words = 1;
    const auto is_shared = [&](const Dimension& other) {
      return other.key != d.key && last_words(other.key, words) == last_words(d.key, words);
    };
    while (words < 20 && std::ranges::any_of(space, is_shared)) ++words;
    names.push_back(last_words(d.key, words));
  }
  return names;
}

Value named_values(const Space& space, const Values& values) {
  Value table = Value::Table{};
  for (std::size_t d = 0; d < space.size(); ++d) table.set(space[d].key, values[d]);
  return table;
}

Values read_values(const Space& space, const Value& named) {
  Values values;
  for (const Dimension& d : space) {
    const Value* value = named.find(d.key);
    if (value == nullptr) throw FormatError(named.where() + "the values of a member lack '" + d.key + "'");
    values.push_back(*value);
  }
  return values;
}

}  // namespace isinglass
